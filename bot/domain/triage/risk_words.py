"""Words that raise a risk flag."""

RISK_PHRASES = {
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

LOOK_ALIKES = """
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
