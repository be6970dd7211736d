"""Text → category, severity, risk flags, customer and reference, each with the words that led to it.

A first version by word lists. Phrases in the tables are separated by `;`. In a phrase `a/b` is one of these words,
`word*` any word that starts so, and `...` up to three words in between.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product

from bot.domain.taxonomy import RISKS, Severity


@dataclass(frozen=True, slots=True)
class Guess:
    """One guessed value and the words of the text that led to it; no words means a default."""

    value: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Triage:
    """What a complaint text seems to say. Guesses only: people change them in two clicks."""

    category: Guess
    severity: Guess
    risks: tuple[Guess, ...] = ()
    customer: Guess | None = None
    reference: Guess | None = None


_CATEGORY_PHRASES = {
    "delivery": """
        parcel*; package*; deliver*; courier*; shipment*; shipping; pallet*; in transit; carrier; dispatch*
    """,
    "delivery.late": """
        late delivery; deliver* ... late; parcel/package/order/shipment/courier/driver ... late; arrived late;
        delay* deliver*; deliver* delay*; order/parcel/package/shipment/delivery ... delay*; still in transit;
        hasn't/hasnt/didn't/haven't arrived; not arrived; not ... arrived yet; still hasn't come;
        days/weeks/hours late; overdue; still waiting for ... order/parcel/package/delivery/shipment; has not
        arrived; where is my order/parcel; should have arrived; not ... delivered yet; was due; delivery took
    """,
    "delivery.missing": """
        never arrived; never came; never showed; never received; never turned up; never delivered; not received;
        nothing received; parcel/package/order/shipment/pallet ... missing/lost/stolen; lost
        parcel/package/order; missing parcel/package/order; lost in transit/post; marked/says as delivered;
        marked/says delivered; lost in the post/mail
    """,
    "delivery.missed_slot": """
        missed slot; time slot; delivery slot/window; stayed/waited home; waited in; wasn't/nobody home; missed
        delivery; took a/the day off; driver/courier never/didn't show*
    """,
    "delivery.damaged_in_transit": """
        damaged in transit/shipping; arrived/came/delivered ... broken/damaged/smashed/cracked/crushed/dented;
        box/parcel/package/packaging ... crushed/damaged/torn/smashed/wet; damaged on arrival; damaged
        parcel/package/delivery; broken on arrival
    """,
    "delivery.wrong_address": """
        wrong address/house/door; delivered to ... neighbour*/neighbor*/wrong/another; old address
    """,
    "product": "product*; item*; quality; toaster; shoes; garment",
    "product.defective": """
        defective; faulty; doesn't/didn't/won't/not work*; stopped working; stops working; broke after; broke
        down; breaks down; fell apart; fall* apart; broken; malfunction*; won't turn/switch on; dead on arrival;
        battery died; worn out; poor quality; bad quality; leaks; leaking; cracked
    """,
    "product.wrong_item": """
        wrong item/size/colour/color/product/model/order/one/thing; not what ... ordered; instead of the one;
        someone else's order; received ... instead; sent ... instead of; got ... instead of
    """,
    "product.not_as_described": """
        not as described/advertised/pictured/shown; nothing like the picture/photo*/description; different from
        the picture/photo*/description; looks nothing like; misleading description; false advertis*;
        counterfeit; fake
    """,
    "product.incomplete": """
        missing part*/piece*/screw*/item*/component*/accessor*; part*/piece*/item*/screw* ... missing;
        incomplete; only half; without the charger/manual/lid
    """,
    "product.safety": "recall*; sharp edge*; unsafe; dangerous; hazard*",
    "billing": """
        bill*; invoice*; charge*; payment*; refund*; fee; fees; price; paid; subscription; money back; credit
        card
    """,
    "billing.overcharge": """
        overcharge*; over charged; charged too much; charged more; wrong amount/price/total; billed too much;
        too high; more than ... quoted/agreed; higher than ... quoted/agreed; wrong invoice; invoice ... wrong;
        bill ... wrong
    """,
    "billing.double_charge": """
        charged twice; billed twice; charged ... twice; billed ... twice; double charge*; double bill*; charged
        double; twice for the same; duplicate charge*/payment*/invoice*; paid twice; two charges; took ...
        twice; debited twice
    """,
    "billing.refund_late": """
        waiting for ... refund; refund ... late/pending/outstanding/overdue/missing; refund
        hasn't/not/never/still; no refund; where is my refund; where's my refund; still no/waiting ... refund;
        never got ... refund/money; money back; haven't/hasn't received ... refund; promised ... refund; refund
        ... promised/weeks/wks/days
    """,
    "billing.unexpected_fee": """
        hidden fee*/charge*/cost*; unexpected fee*/charge*/cost*; extra fee*/charge*/cost*; surprise
        fee*/charge*; never asked for; didn't ask for; never signed up; didn't agree to; charged for ... never;
        unknown charge*; late fee*; unauthorised/unauthorized charge*
    """,
    "billing.cancellation_charge": """
        charged after ... cancel*; cancelled/canceled ... charged/billed; still charged; still charging; still
        being charged/billed; cancellation fee; charged ... cancelled/canceled; keep/keeps charging/billing
    """,
    "service_manner": "staff; attitude; agent ... said; colleague",
    "service_manner.rude": """
        rude*; shouted; shouting; yelled; swore; impolite; disrespect*; condescending; patronis*; patroniz*;
        sarcastic; bad manners; unprofessional; hung up; insulted; insulting; arrogant; unfriendly; rolled ...
        eyes; dismissive; snapped at; aggressive
    """,
    "service_manner.ignored": """
        ignored; ignoring; nobody/no-one/noone cares; nobody cares; no one cares; walked away; nobody listens;
        nobody listened; brushed off; fobbed off; waved away; no one listened
    """,
    "service_manner.not_believed": """
        called ... liar; accused; didn't/don't believe; doesn't believe; not believed; treated like a
        liar/criminal/thief
    """,
    "service_manner.broken_promise": """
        broken promise*; broke ... promise; promised ... call*/callback; never called back; didn't call back;
        promised but; no-show; no show; promised ... never; didn't keep ... word; said they would; didn't show
        up; never turned up; not kept
    """,
    "service_manner.repeat_contact": """
        had to call/ask/write/explain ... again; explain ... again; passed around; passed from; sent from
        pillar; each time i/she/he/they call*; called/phoned/emailed/contacted/written
        three/four/five/several/many times; transferred
    """,
    "service_access": """
        on hold; contact; call centre/center; phone line; wait; waited; waiting; queue*; reply; response
    """,
    "service_access.slow_reply": """
        no reply; no response; no answer; slow reply/response/answer; hasn't had a reply; haven't heard; not
        heard back; still no reply/answer/response; without ... reply/answer/response; unanswered; never
        replied; never answered; didn't reply/answer; nobody replied/answered/responded; nobody has
        replied/answered/responded; weeks/days for a reply/answer/response; no one replied/answered; had a
        reply; still waiting for ... reply/answer/response; nobody got back; no one got back
    """,
    "service_access.cannot_reach": """
        can't reach; cannot reach; couldn't reach; can't get through; couldn't get through; nobody picks/picked
        up; nobody/no one answers/answered the phone; no one picks/picked up; on hold for; hold music; phone ...
        engaged; line is busy; chat ... offline; hours on hold; minutes on hold; waited ... hours/minutes; hour
        ... wait; long wait; kept waiting
    """,
    "service_access.channel_ignored": """
        emails ignored; email ignored; ignored ... email*/message*/letter*; chat closed; bot keeps; only a bot
    """,
    "service_access.language_or_accessibility": """
        screen reader; in my language; sign language; hard of hearing; large print; no translation; translator;
        interpreter
    """,
    "platform": """
        app; website; web site; site; portal; account; server*; software; checkout; booking engine; migration;
        online; internet; connection
    """,
    "platform.outage": """
        outage*; is down; was down; been down; are down; went down; goes down; downtime; offline; service down;
        not loading; unreachable; no internet; no connection; no signal; slow internet; internet ... slow
    """,
    "platform.bug": """
        bug; bugs; crash*; error message*; error code; freezes; frozen; glitch*; app ...
        broken/fails/failed/error; page ... error/blank; button ... work*; website ... broken/error; checkout
        fails/failed; keeps failing; sync*; points ... disappeared/gone/missing; wrong data
    """,
    "platform.login": """
        log in; login; log-in; logged out; sign in; signed out; locked out; password; reset link; verification
        code; can't access; cannot access; couldn't access; no access; account ...
        locked/blocked/suspended/disabled; two-factor; lost access; access ... account
    """,
    "platform.data_loss": """
        data ... lost/gone/deleted/missing/disappeared/wiped; lost ... data/files/work/photos/records/history;
        deleted ... data/files; files ... gone/lost/deleted; work ... gone
    """,
    "platform.integration": """
        integration*; api; webhook*; import fails; import failed; export fails; export failed; sync fails;
        connector
    """,
    "policy": "policy; policies; terms; rules; rule",
    "policy.returns_rule": """
        return policy; returns policy; refused ... return; return ... refused/rejected/declined; won't take ...
        back; not allowed to return; return window; return period; can't return; cannot return; return label;
        restocking
    """,
    "policy.contract_terms": """
        contract; minimum term; notice period; small print; fine print; terms and conditions; auto-renew*;
        renewed without; locked into; lock-in
    """,
    "policy.price_change": """
        price increase*; price went up; prices went up; price rise*; price hike*; price change*; put up ...
        price*; raised ... price*; more expensive
    """,
    "policy.guarantee_refused": """
        warranty; guarantee ... refused/rejected/denied/declined; claim ... refused/rejected/denied/declined;
        refused ... claim; out of guarantee; under guarantee; not covered
    """,
    "onsite": """
        room*; hotel; restaurant; shop; store; branch; guest; waiter; waitress; reception*; table; stay; venue;
        clinic; gym
    """,
    "onsite.cleanliness": """
        dirty; filthy; unclean; stain*; smelly; smells; stank; cockroach*; bed bugs; bedbugs; hair in; mess;
        dust; not cleaned; hygiene; mouse; mice
    """,
    "onsite.noise": """
        noise; noisy; loud; couldn't sleep; kept awake; music ... night; thin walls; construction
    """,
    "onsite.facility_broken": """
        air con*; aircon; heating; lift ... work*/broken/order; elevator*; shower; toilet*; no hot water; out of
        order; pool ... closed; wifi; wi-fi; escalator; parking; tv ... work*/broken
    """,
    "onsite.food": """
        food; meal*; breakfast; dinner; lunch; undercooked; overcooked; raw; cold soup; stale; portion*; dish;
        dishes; menu; pizza; tasteless; soup; steak
    """,
    "onsite.booking_lost": """
        lost ... booking/reservation; no record of ... booking/reservation; booking/reservation ...
        lost/missing/gone/cancelled/canceled; overbooked; double booked; double-booked; gave ... table/room ...
        away; couldn't find ... booking/reservation; no booking
    """,
    "trust": "trust; rights; privacy; security",
    "trust.privacy": """
        gdpr; personal data; private data; shared ... data/details; unsubscribe; spam; marketing email*; without
        consent; my consent
    """,
    "trust.security": "security hole; insecure; password ... plain; suspicious login; unknown login",
    "trust.fraud_victim": "fraud; fraudulent; fraudster*; phishing",
    "trust.discrimination": "",
    "trust.accessibility_rights": """
        wheelchair access; no ramp; step-free; guide dog; assistance dog; not accessible; accessibility
    """,
}

_RISK_PHRASES = {
    "self_harm": """
        kill/killing/harm/harming/hurting myself; kill/harm themselves/himself/herself;
        to/will/might/may/could/i'll hurt myself/himself/herself/themselves; end my/his/her/their/it life;
        ending my life; end it all; suicide; suicidal; no reason to live; no point living; want/wants/wanted to
        die; don't want to live; overdose; goodbye forever; better off dead; self-harm; self harm
    """,
    "harm_to_others": """
        will/i'll come to your office/home/house; bomb/bombs; bomb threat; shoot you/everyone/someone/them/up;
        hurt/harm/attack/beat/kill your staff/people/driver/team/agent; know/knows where you/he/she/they
        live/lives/work/works; kill you/him/them/someone; burn ... down; beat you/him/her/them up; i'll/will
        make you pay; has/have a gun/knife; bring/with a gun
    """,
    "safety": """
        injur*; burned/burnt ...
        hand/hands/arm/face/finger/fingers/skin/leg/child/myself/herself/himself/carpet/table/kitchen; got
        burned/burnt; burns/burn on ... hand/hands/arm/skin; bleeding; blood; choked/choking on; choking hazard;
        choked; electric shock*; electrocuted; got a shock; gave ... shock; caught/catches/catching/on fire;
        fire hazard; started a fire; house fire; fire broke; fire brigade; smoke/smoking from; smoke coming;
        smelled smoke; exploded; explode*; explosion; sparked; sparks; allergic; allergy; anaphyla*; epipen;
        poisoned; poisoning; sick/ill after; got/fell/was/were/made ... sick from; made ... sick/ill; vomit*;
        threw up; swallowed; hospital after; taken/rushed/went to hospital; ended up in hospital; hospitalised;
        hospitalized; ambulance; emergency room; mould; mold; mouldy; moldy; glass in/inside;
        piece/pieces/shard/shards of glass; metal in/inside; tampered; gas leak/smell; smell of gas; smells of
        gas; carbon monoxide; brakes failed; cut ... finger/fingers/hand/foot/himself/herself/myself; broke ...
        leg/arm/wrist/ankle; hurt myself/himself/herself; fell down; slipped on; concussion; unsafe; overheat*
    """,
    "legal": """
        lawyer*; solicitor*; attorney*; lawsuit*; sue us/you/them/your; will sue; i'll sue; he'll sue; she'll
        sue; they'll sue; we'll sue;
        going/threatens/threatening/threatened/wants/want/prepared/ready/plans/intends to sue; suing; small
        claims; legal action/proceedings/advice; take/taking/go/going/see ... to court; taken to court; see you
        in court; in court; court case/order/claim/date/papers; consumer court; letter before action; subpoena;
        defamation; legal team; class action; my rights under; breach of contract
    """,
    "regulator": """
        ombudsman; ombudsperson; regulator; trading standards; data protection authority/commissioner;
        information commissioner; attorney general; consumer protection/affairs; consumer rights agency; bbb;
        better business bureau; cfpb; fca; ftc; ofcom; ofgem; chargeback* filed; filed ... chargeback*;
        regulatory complaint; report* ... to the authorities; health inspector; environmental health
    """,
    "discrimination": """
        discriminated; discrimination; racist; racism; racial*; sexist; sexism; homophob*; transphob*;
        islamophob*; antisemit*; xenophob*; because i'm/im
        black/white/asian/muslim/jewish/christian/hindu/gay/lesbian/trans/disabled/old/foreign/pregnant; because
        she's/he's/they're black/asian/muslim/jewish/gay/lesbian/trans/disabled/foreign/pregnant; because i am
        black/asian/muslim/jewish/gay/disabled/foreign; because of my/her/his/their
        race/skin/religion/accent/disability/gender/age; comment* about ...
        accent/skin/religion/race/hijab/headscarf/disability; mocked ... accent; guide/assistance/service dog
        refused/not; refused ... guide dog; wheelchair ... refused/denied/turned; equality act; slur; skin
        colour; skin color
    """,
    "harassment": """
        groped; harass*; touched me/her/him; touched my/her leg/hand/body; followed me/her home; stalk*;
        sexual*; assault*; threatened by your/the/our/a; threatened me/her/him; inappropriate* touch*/comment*;
        catcall*; leered
    """,
    "data_breach": """
        someone/somebody else's order/orders/details/account/data/name/address/invoice/information/email;
        another/other customer's/customers/person's order/details/account/data/name/address/invoice/information;
        saw/see/sees/seeing another/other customer*; data/details/information ... leaked/exposed/stolen; data
        leak*/breach*; leaked ... data/details; hacked; hacker*; phishing from; sent to the wrong
        person/recipient/email; card used after; details were visible; emailed ... to the wrong; privacy breach;
        breach of privacy; shared my data/details/number/address
    """,
    "fraud": """
        stolen card; card ... stolen; identity theft; stole my identity; scam; scams; scammed; scammer*;
        call/called/calling the police; to the police; police report; crime number/reference; stolen parcel*;
        parcel ... stolen; fraud; fraudulent; fraudster*; money ... stolen; bailiff*; burgl*; theft
    """,
    "press": """
        journalist*; newspaper*; reporter*; the press; go/going/gone/went viral; influencer*; thousands of
        followers; petition; bbc; cnn; local news; on the news; tv channel/crew/station/programme;
        contact/contacting/contacted the media; to the media; tagging/tagged the news; post/posting/posted ...
        all over; social media storm; watchdog programme; followers
    """,
    "vulnerable": """
        surgery; hospital; chemo; chemotherapy; cancer; disabled; disability; dementia; alzheimer*; anxiety;
        depression; depressed; pregnant; funeral; passed away; bereave*; widow*; divorce; lost ... job; newborn;
        new-born; fleeing; can't pay; cannot pay; pay the rent; overdraft; overdrawn; food bank; on benefits;
        evict*; carer; caregiver; can't read; can't see well; blind; deaf; partially sighted; elderly; first
        language; wheelchair; husband/wife/mother/father/son/daughter/mum/mom/dad died; vulnerable; terminally
        ill; housebound; oxygen; insulin; autis*; panic attack*
    """,
}

_LOOK_ALIKES = """
    dying to; killing it; killing me; killer deal/app/feature/price*; kill for; kill time; photo/video/film
    shoot*; shoot you/me/them/him/her a/an/over; bath bomb/bombs; fire sale*; fire pit; fire stick; fire tv;
    firefox; sick of; shocked by/at ... price*; shocked by/at the bill/cost/fee; choked up; burned/burnt a/the
    cd/dvd/disc; court shoes; tennis/basketball/squash/badminton/food/padel/volleyball court*; court yard; touched
    by; hacked together; data plan; a steal; stole the show; police costume; police procedural; newspaper
    subscription*; newspaper delivery; tv stand*; battery died; phone/laptop/screen/remote died; dead on arrival;
    gas/voltage/pressure regulator*; discriminating taste*; discriminating customer*; race to; child seat;
    bleeding edge; smoke alarm/detector*; no smoke; smoke free; smoke-free; smoking area/room; fire/smoke alarm
    test*; fire exit; blood orange*; blood pressure monitor; explode* in popularity; sales explode*; sparks joy;
    sparked joy; press the/a/on/play/any/enter; hospital corner*; suicide squad; bug bomb; legal tender;
    blind/blinds installed; roller blind*; deaf ears; color blind; colour blind; safety blanket; the press
    release; followers of; pregnant pause; injury time; gas station; insulin cooler; police tape; burn rate;
    celery stalk*; cake/baking/silicone/jelly mould*/mold*
"""

_SERIOUS_PHRASES = """
    wedding; birthday; christmas; anniversary; funeral; honeymoon; graduation; life event; overdraft; bounced;
    lost ... data; data ... lost/gone; lost ... job; thousands; whole team; all our; entire; stranded; ruined;
    furious; livid; outraged; fuming; disgusted; cancel ... contract/account/subscription; pull*/pulling the
    contract; leaving us; switch* to ... competitor; taking ... business elsewhere; lost ...
    contract/customer/client; missed ... flight/exam/interview/operation/appointment; in tears; crying; second
    failure; emergency
"""
_REPEAT_PHRASES = """
    second/third/fourth/fifth/sixth/2nd/3rd/4th/5th time; again; yet again; once more; twice already; in a row;
    keeps happening; every time; three/four/five times; 3/4/5 times; still not fixed/resolved/solved; same
    problem/issue; repeatedly; again and again
"""
_MINOR_PHRASES = """
    typo; minor; small issue/thing/problem; slight*; a bit; a little; not angry; not upset; not a big; no rush;
    when ... get a chance; laugh*; just wants; only wants; polite*; smaller; fyi; nothing serious; no big;
    cosmetic; would be nice; mild*
"""

_CRITICAL_RISKS = frozenset(RISKS) - {"fraud", "vulnerable"}
_CATEGORY_OF_RISK = {
    "safety": "product.safety",
    "discrimination": "trust.discrimination",
    "data_breach": "trust.privacy",
    "fraud": "trust.fraud_victim",
}

_MAX_GAP = 3
_KEY = 3
_MAX_WORDS = 5
_LOOK_ALIKE, _SERIOUS, _REPEAT, _MINOR = "look-alike", "serious", "repeat", "minor"


@dataclass(slots=True)
class _Node:
    """One word further into some phrases: what may come next, and what is found when nothing more has to."""

    exact: dict[str, "_Node"] = field(default_factory=dict)
    prefix: dict[str, dict[str, "_Node"]] = field(default_factory=dict)
    gap: "_Node | None" = None
    topics: list[str] = field(default_factory=list)

    def add(self, words: Sequence[str], topic: str) -> None:
        node = self
        for word in words:
            if word == "...":
                node.gap = node.gap or _Node()
                node = node.gap
            elif word.endswith("*"):
                stem = word[:-1]
                node = node.prefix.setdefault(stem[:_KEY], {}).setdefault(stem, _Node())
            else:
                node = node.exact.setdefault(word, _Node())
        if topic not in node.topics:
            node.topics.append(topic)

    def after(self, word: str) -> list["_Node"]:
        """The nodes this word leads to."""
        nodes = [self.exact[word]] if word in self.exact else []
        for stem, node in self.prefix.get(word[:_KEY], {}).items():
            if word.startswith(stem):
                nodes.append(node)
        return nodes

    def find(self, words: Sequence[str], at: int, out: list[tuple[str, int]]) -> None:
        """Adds the topic and the end of each phrase that is complete before, or goes on with, the word at `at`."""
        for topic in self.topics:
            out.append((topic, at))
        if at == len(words):
            return
        if self.exact or self.prefix:
            for node in self.after(words[at]):
                node.find(words, at + 1, out)
        if self.gap:
            for place in range(at, min(at + _MAX_GAP + 1, len(words))):
                for node in self.gap.after(words[place]):
                    node.find(words, place + 1, out)


def _phrase_tree() -> _Node:
    tables = {
        **_CATEGORY_PHRASES,
        **_RISK_PHRASES,
        _LOOK_ALIKE: _LOOK_ALIKES,
        _SERIOUS: _SERIOUS_PHRASES,
        _REPEAT: _REPEAT_PHRASES,
        _MINOR: _MINOR_PHRASES,
    }
    tree = _Node()
    for topic, table in tables.items():
        for phrase in filter(None, (text.strip() for text in table.replace("-", " ").split(";"))):
            for words in product(*(word.split("/") for word in phrase.split())):
                tree.add(words, topic)
    return tree


_TREE = _phrase_tree()

_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_BLANKS = re.compile(r"[ \t]{2,}")
_SLACK_MARKUP = re.compile(r"<(?:[@#!]|https?:|mailto:)[^<>]*>|https?://[^\s<>|]*|[*_~`]{1,3}")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


@dataclass(frozen=True, slots=True)
class _Found:
    topic: str
    at: int
    words: str


def triage(text: str) -> Triage:
    """Guess what the text is about. Never raises, whatever the text holds; linear in its length."""
    clean = _cleaned(text)
    tokens = list(_WORD.finditer(clean))
    words = [token.group().lower() for token in tokens]
    found = _phrases_in(clean, tokens, words)
    risks = _risks(found)
    return Triage(
        category=_category(found, risks),
        severity=_severity(found, risks),
        risks=risks,
        customer=_customer(clean, tokens, words),
        reference=_reference(clean),
    )


def _cleaned(text: str) -> str:
    """The words a person sees: no invisible characters, Slack mark-up or wide gaps, straight apostrophes."""
    visible = _SURROGATE.sub("\ufffd", _UNSEEN.sub("", text)).replace("\u2019", "'").replace("\u00a0", " ")
    words = _SLACK_MARKUP.sub(lambda mark: ", " if mark.group()[0] in "<h" else "", visible)
    return _BLANKS.sub(" ", words)


def _phrases_in(clean: str, tokens: Sequence[re.Match[str]], words: Sequence[str]) -> list[_Found]:
    """The phrases of all tables that stand in the text, in reading order, the first few of each topic."""
    spans: list[tuple[int, int, str]] = []
    beginnings = {word: nodes for word in set(words) if (nodes := _TREE.after(word))}
    for start, word in enumerate(words):
        ends: list[tuple[str, int]] = []
        for node in beginnings.get(word, ()):
            node.find(words, start + 1, ends)
        spans += [(start, end, topic) for topic, end in ends]
    look_alike = {place for start, end, topic in spans if topic == _LOOK_ALIKE for place in range(start, end)}
    found: list[_Found] = []
    count: dict[str, int] = {_LOOK_ALIKE: _MAX_WORDS}
    for start, end, topic in spans:
        if count.get(topic, 0) >= _MAX_WORDS or (topic in RISKS and not look_alike.isdisjoint(range(start, end))):
            continue
        count[topic] = count.get(topic, 0) + 1
        found.append(_Found(topic, start, " ".join(clean[tokens[start].start() : tokens[end - 1].end()].split())))
    return found


def _guess(value: str, found: Sequence[_Found]) -> Guess:
    words = dict.fromkeys(each.words for each in found)
    return Guess(value, tuple(words)[:_MAX_WORDS])


def _risks(found: Sequence[_Found]) -> tuple[Guess, ...]:
    return tuple(_guess(risk, hits) for risk in RISKS if (hits := [each for each in found if each.topic == risk]))


def _category(found: Sequence[_Found], risks: Sequence[Guess]) -> Guess:
    """The key with most evidence: a phrase of the very category counts three times a word of its first level."""
    hits: dict[str, list[_Found]] = {}
    for each in found:
        if each.topic in _CATEGORY_PHRASES:
            hits.setdefault(each.topic, []).append(each)
    for risk in risks:
        if risk.value in _CATEGORY_OF_RISK:
            key = _CATEGORY_OF_RISK[risk.value]
            hits.setdefault(key, []).extend(each for each in found if each.topic == risk.value)

    def weight(key: str) -> tuple[int, int]:
        first = key.partition(".")[0]
        strong = len({each.words for each in hits[key]}) * 3 if "." in key else 0
        weak = len({each.words for each in hits.get(first, [])})
        return strong + weak, -hits[key][0].at

    best = max(hits, key=weight, default=None)
    return _guess(best, hits[best]) if best else Guess("other")


def _severity(found: Sequence[_Found], risks: Sequence[Guess]) -> Guess:
    """From the gravest cue; raised by one for a repeat or a vulnerable customer. No cue means moderate."""
    of = {topic: [each for each in found if each.topic == topic] for topic in (_SERIOUS, _REPEAT, _MINOR)}
    critical = [word for risk in risks if risk.value in _CRITICAL_RISKS for word in risk.words]
    if critical:
        return Guess(Severity.CRITICAL, tuple(critical)[:_MAX_WORDS])
    fraud = [each for each in found if each.topic == "fraud"]
    if of[_SERIOUS] or fraud:
        level, because = Severity.SERIOUS, [*of[_SERIOUS], *fraud]
    elif of[_MINOR]:
        level, because = Severity.MINOR, of[_MINOR]
    else:
        level, because = Severity.MODERATE, []
    if raising := [*of[_REPEAT], *(each for each in found if each.topic == "vulnerable")]:
        level, because = level.raised(), [*because, *raising]
    return _guess(level, because)


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_TITLES = _set("""
    dr frau herr madame miss mme monsieur mr mrs ms mx prof señor señora signor signora
""")
_CALLED = _set("""
    buyer caller client customer guest klant kunde member passenger patient subscriber tenant
""")
_SPOKEN = {
    "with": "phone call spoke speaking chat email",
    "to": "spoke speaking talked talking",
    "by": "reported raised",
}
_FROM = _set("""
    call chat complaint contact email feedback heard letter mail message news note report review ticket word
""")
_CUES = _TITLES | _CALLED | set(_SPOKEN) | {"from", "name"}
_PARTICLES = _set("""
    al bin da de del della den der di dos ibn la le van von
""")
_NO_NAMES = _set("""
    a account again also an and april are at august booking but called caller calls care claims client complained
    complains complaint complaints customer date dear december email experience facing february for friday from fw
    fwd got guest had has have he hello her hi his how i id if in invoice is it january july june just march may
    miss monday mr mrs ms my name never new no not november number october of on or order orders our parcel per
    phone please re reference refund relations reported reports said saturday say says september service she so
    still subject success sunday support team that the their these they this those thursday ticket to today
    tuesday urgent via vip want wants was we wednesday were what when who why with yesterday you your
""")


def _customer(clean: str, tokens: Sequence[re.Match[str]], words: Sequence[str]) -> Guess | None:
    """A name after a word such as "customer" or "Mrs", or a full name before a reference, a thing or a verb."""
    for at in (place for place, word in enumerate(words) if word in _CUES):
        token, word, before = tokens[at], words[at], words[at - 1] if at else ""
        start = at + 1
        if word in _TITLES:
            fits = token.group()[0].isupper()
        elif word in _SPOKEN:
            fits = before in _SPOKEN[word]
        elif word == "from":
            line = clean[max(0, token.start() - 80) : token.start()].rpartition("\n")[2]
            fits = before in _FROM or not line.strip(" >-:")
        elif word == "name":
            fits = before in ("customer", "guest", "client", "my", "full")
            start += words[start : start + 1] == ["is"]
        else:
            fits = True
        name = _name_at(clean, tokens, start) if fits else []
        if name and not (word == "from" and len(name) == 1):
            first = token if word in _TITLES else name[0]
            value, cue = (clean[begin.start() : name[-1].end()].removesuffix("'s") for begin in (first, token))
            return Guess(" ".join(value.split()), (" ".join(cue.split()),))
    for full in _FULL_NAME.finditer(clean):
        if not {word.lower() for word in full.group(1).split()} & _NO_NAMES:
            return Guess(full.group(1), (" ".join(full.group().split()),))
    return None


_FULL_NAME = re.compile(
    r"\b([A-Z][\w-]{1,30} [A-Z][\w-]{1,30})(?:"
    r"(?: \(|, )(?:(?:order|booking|account|acct|invoice|ref|reference|customer)\b|#)"
    r"|['’]s (?:order|parcel|package|delivery|booking|account|invoice|refund|subscription|card)\b"
    r"| (?:says|said|writes|wrote|complains|complained|is (?:upset|angry|furious|unhappy|annoyed))\b)",
    re.ASCII,
)
_CLOSE = re.compile(r"[ \t]*[:#-]?[ \t]*|\. ")
_MAX_NAME = 5


def _name_at(clean: str, tokens: Sequence[re.Match[str]], at: int) -> list[re.Match[str]]:
    """The words of a name that begins with the token `at`; none when what stands there is no name."""
    name: list[re.Match[str]] = []
    for place in range(at, min(at + _MAX_NAME, len(tokens))):
        token, before = tokens[place], tokens[place - 1]
        gap = clean[before.end() : token.start()]
        if not (_goes_on(gap, before.group()) if name else _CLOSE.fullmatch(gap)):
            break
        spelled, word = token.group(), token.group().lower()
        is_title = not name and word in _TITLES and spelled[0].isupper()
        is_particle = bool(name) and word in _PARTICLES
        is_name = word not in _NO_NAMES and spelled[0].isupper() and (len(spelled) == 1 or not spelled.isupper())
        if not (is_title or is_particle or (is_name and spelled.replace("'", "").isalpha())):
            break
        name.append(token)
        if spelled.endswith("'s"):
            break
    while name and name[-1].group().lower() in _PARTICLES | _TITLES:
        name.pop()
    return name


def _goes_on(gap: str, before: str) -> bool:
    """Whether a name may go on over this gap: a space or hyphen, or the dot of a title or an initial."""
    return gap in (" ", "-") or (gap == ". " and (len(before) == 1 or before.lower() in _TITLES))


_NUMBER = r"(?P<number>[A-Za-z]{0,6}[-_]?[0-9][A-Za-z0-9_-]{0,29}|[A-Za-z]{1,6}-[A-Za-z0-9-]{1,24})"
_COUNTED = "minutes?|hours?|days?|weeks?|months?|years?|times?|people|items?|pieces?|am|pm"
_NOT_A_COUNT = rf"(?![\w%€$£])(?!\s*(?:{_COUNTED})\b)"
_THING = "order|booking|reservation|invoice|account|acct|acc|reference|ref|confirmation|contract|customer|cust|client"
_NR = r"(?:no\.?|nr\.?|number|num|id|code)"
_REFERENCES = tuple(
    re.compile(rule, re.IGNORECASE | re.ASCII)
    for rule in (
        rf"\b(?:{_THING})\b(?:(?:[ \t]*{_NR})?[ \t]*[:#.][ \t]*#?|[ \t]+{_NR}[ \t]+(?:is[ \t]+)?){_NUMBER}",
        rf"\b(?:{_THING})[ \t]+(?=[A-Za-z0-9_-]{{3}}){_NUMBER}{_NOT_A_COUNT}",
        rf"(?<![\w&#])#{_NUMBER}",
        rf"\b(?:ticket|case|complaint)\b[ \t]*{_NR}?[ \t]*[:#]?[ \t]*{_NUMBER}{_NOT_A_COUNT}",
    )
)


def _reference(clean: str) -> Guess | None:
    """An order, booking, invoice or account number; a bare number after # next; a ticket last."""
    for pattern in _REFERENCES:
        for match in pattern.finditer(clean):
            value = match["number"].rstrip("-_")
            if any(letter.isdigit() for letter in value):
                return Guess(value, (" ".join(match.group().rstrip("-_").split()),))
    return None
