"""Words and phrases that speak for a category, in the notation of `word_lists.py`."""

CATEGORY_PHRASES = {
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
