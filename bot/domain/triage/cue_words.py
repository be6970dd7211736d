"""Words that tell what sort of message a text is, by cue, in the notation of `word_lists.py`.

The scorer weighs cues instead of single words, so that what it learned from "kettle" holds for "toaster".
"""

CUE_PHRASES = {
    "customer": """
        customer*; client*; cust; custs; guest*; passenger*; pax; patient*; tenant*; caller*; buyer*; shopper*;
        visitor*; parent*; student*; subscriber*; policyholder*; resident*; homeowner*; bride*; couple; user/users;
        diner*; traveller*; traveler*; borrower*; cardholder*; reader/readers; shareholder*; attendee*; delegate*;
        requester; reporter; regular; regulars; gentleman; lady; madam; end user*; mr; mrs; ms; mx; dr; family/families;
        the/a/his/her/their mum/mom/mother/dad/father/daughter/son/wife/husband/grandmother; old/elderly
        man/woman/lady/gentleman; kunde/kundin/kunden; cliente/clienta/clientes; klant/klanten; klient/klientka; kund;
        müşteri; herr/frau; monsieur/madame; señora/señor; signora/signor; mevrouw; clients; gast/gäste; huésped;
        клиент*; member/members; pupil*; learner*; candidate*; driver's; wholesaler; distributor; retailer; reseller;
        account holder; cleaning lady; landlord*; neighbour/neighbours/neighbor/neighbors
    """,
    "tells": """
        says; said; saying; reports; reported; reporting; told; tells; claims; claimed; complains; complained;
        complaining; complaint about; wrote; writes; writing in; emailed; emails; mailed; called; calls; calling; rang;
        ringing; phoned; messaged; tweeted; posted; asked why; asking why; asks why; wants to know; wants; demands;
        demanding; insists; threatens; threatening; chasing; chased; is on the line; on the line; on line; on the phone;
        off the phone; spoke to; spoke with; talked to; heard from; contacted; got in touch; raised; flagged; mentioned;
        noted; feedback from; according to; in her/his/their words; her/his/their words; bol/bola/boli raha/rahi; sagt;
        schreibt; dit; dice; diz; zegt; mówi; säger; diyor; wanted; not happy; asks; points out; argues; alleges;
        accuses; swears; reckons; feels; thinks; reopened; disputes; escalating; escalation
    """,
    "forwarded": """
        new ticket; ticket opened; new case; new conversation; new message from; new response; contact form; web form;
        webform; voicemail; transcript; forwarded; forwarding; fw; fwd; shared inbox; email from; mail from; letter
        from; from the inbox; survey response; comment; review; google review; trustpilot; tripadvisor; app store; csat;
        nps; detractor; zendesk; intercom; freshdesk; hubspot; help scout; call notes; call log; call summary; subject;
        requester; dispute; chargeback; typeform; pasted; screenshot; see photo; photos; pasting; copy of; copied from;
        dm; inbox
    """,
    "our doing": """
        we sent/shipped/delivered/charged/billed/lost/forgot/cancelled/canceled/promised/missed/gave/booked/sold/took/
        put/left/cut/broke/damaged/double/overcharged/invoiced/ordered/installed/fitted/repaired/closed/told/quoted/
        ignored/mixed/never; we've charged/sent/lost/taken/billed/added/been/had/got; our driver/drivers; our
        courier/couriers; our technician/engineer/engineers/plumber/fitter/fitters/guy/guys/crew/team/lads/builders/
        contractor/cleaner/cleaners/waiter/agent/rep/staff/colleague/colleagues/cashier/receptionist/nurse/doctor/
        instructor/tutor/teacher/guide/salesman/sales/website/site/app/portal/system/error/mistake/side/fault/
        van/truck/shop/store/product/update/release; no one from us; nobody from us; by mistake
    """,
    "own place": """
        vpn; jira; standup; stand up; intranet; canteen; payroll; expenses; timesheet*; rota; my shift/shifts; hr; my
        laptop; my badge; my desk; my chair; my headset; my monitor; my screen; my leave; my holiday; my overtime;
        microwave; the fridge; coffee machine; kettle in the kitchen; the kitchen sink; meeting room; our meeting; the
        printer; printer on; zoom; teams call; outlook; the wifi; office wifi; office; desk; colleagues; sprint; deploy;
        deploys; backlog; it ticket; it desk; helpdesk; from it; the crm; crm; salesforce is; confluence; my inbox; our
        tool; the new tool; ticketing tool; macro*; all hands; offsite; bus; my bus; my train; the train; tram; commute;
        parking; car park; traffic; bike; my landlord; my neighbour/neighbor; upstairs neighbour; my internet; my
        provider; my bank; my phone; my parcel; my flight; my gym; my dentist; my kid/kids; my son/daughter; my dog/cat;
        my holiday; my back; my head; at home; from home; homeoffice; monday/mondays; the weather; rain; match; game;
        goal; team lunch; lunch; dinner plans; pub; quiz; beer/beers; cake; ramen; netflix; series; movie; film;
        podcast; concert; football; referee; hold music; aircon in the office; our floor; the lift; the toilet;
        cleaners; facilities; fire drill; supplier; vendor; competitor*; rival*; landlord; meeting/meetings; monitor;
        keyboard; slack; laptop; hot desk*; time sheet*; the boss; on call; pager
    """,
    "praise": """
        thank*; thanks; thx; cheers; love; loved; loves; lovely; happy with; is happy; so happy; very happy; delighted;
        thrilled; pleased; wonderful; great; best; brilliant; fantastic; amazing; awesome; excellent; perfect; superb;
        fabulous; kind; kindest; helpful; friendly; compliment*; praise*; kudos; shout out; shoutout; 5 stars; five
        stars; 5 star; 5/5; 10/10; recommend*; legend; grateful; appreciat*; satisfied; over the moon; well done; good
        job; nice one; congrat*; bravo; impressed; enjoyed; smiling; chocolates; flowers from; fan; made my day;
        promoter; renewed; glad; thankful; blown away; top notch; spotless; delicious; tasty; fast reply; quick reply;
        encantad*; ravi; ravie; begeistert; zufrieden; lobt; blij; tevreden; zadowolon*; nöjd*; memnun; khush; adorou;
        gracias; merci; danke; grazie; dank; obrigad*; dziękuj*; tack; teşekkür*; shukriya; довол*; благодар*;
        beautiful; incredible; gem; worth it; exceeded; flawless; welcoming; attentive; charming; yummy; generous
    """,
    "solved": """
        resolved; sorted; all sorted; is sorted; fixed now; is fixed; been fixed; closing; closed; case closed; can be
        closed; confirmed; all good; now working; works now; working again; back online; back up; back to normal;
        settled; done and dusted; turned up; was found; found it; been found; has arrived; arrived safely; has been
        refunded; refund went out; been paid; it's been paid; confirmed receipt; accepted; withdrawn; withdrew; false
        alarm; update on; closing the loop; no action needed; nothing further; no further; no longer; signed off; are
        back; is back; restored; solved; good news; follow up done; erledigt; gelöst; résolu; resuelto; risolto;
        opgelost; happy now; is happy; ho gaya; no open; received the refund; has it now; sorted out; reversed; made it
        right; case is closed; went through; mended; repaired now; green again; recovered
    """,
    "fine": """
        no rush; no problem; no issue; no complaints; not upset; isn't upset; didn't mind; doesn't mind; fine with;
        happy to wait; is ok with; ok with; not affected; no customer*; no impact; nothing to worry; all fine; just
        curious; friendly chat; no worries; on time; ahead of schedule; as planned; no hurry; nobody hurt; changed
        her/his/their mind; unworn; tags on; by accident; moving abroad; trial; standard; routine; either way; no
        reason; in time; within
    """,
    "asks us": """
        does/has/did anyone/anybody/somebody/someone; anyone know; who knows; who approves; who handles; who owns;
        who's; who is; how do i/we/you; how to; how long; how many; how much; what's our; what's the; what is the; what
        do we; what should; what time; where do; where's the; where is the; where can; which; can we; can i; can
        someone; could someone; could somebody; do we; are we; is there; is the; is it ok; is it; should i/we; any idea;
        quick question; quick one; would it; may i; weiß jemand; quelqu'un sait; alguien sabe; alguém sabe; qualcuno sa;
        weet iemand; czy ktoś; vet någon; bilen var; кто знает; when is; when do; when does
    """,
    "wishes": """
        would like; 'd like; wants to know when/how/if/whether; wants to book; wants to add; wants to change; wants to
        cancel; wants to return; wants to move; wants to upgrade; wants to swap; like to; please add; please send;
        please change; please cancel; send me; send us; a copy of; quote for; upgrade; reschedule; move her/his/their;
        book a; extra key; late checkout; gift wrap; interested in; demo; asks if; asks whether; asked whether; asked
        if; asking for a; how to; möchte; voudrait; quiere; vorrei; would love; as a gift; looking for; in stock; comes
        in; become a; subscribe to; sign up for; request for; requested
    """,
    "announces": """
        reminder; from monday; from today; from tomorrow; as of; starting; effective; planned; scheduled; heads up;
        please read; please note; fyi all; policy change; new policy; is live; go live; goes live; agenda; workshop;
        refresher; mandatory; welcome; joins; webinar; maintenance; rollout; we're hiring; hired; moves to; moved to;
        changed to; office closed; opening hours; next week; on thursday; on friday; on monday; on tuesday; on
        wednesday; tomorrow; tonight; starts in; starts at; starts on; deadline; survey; newsletter; please don't; don't
        forget; sign up; slides; training; calendar; pinned; procedure; guideline*; playbook; morgen; demain; mañana;
        domani; amanhã; jutro; yarın; brief; published; shortlisted; campaign; promo; press release; recall; all staff;
        everyone; team
    """,
    "figures": """
        average; median; total; percent; per cent; week over week; month over month; this week; last week; last month;
        this month; this quarter; last quarter; q1; q2; q3; q4; ytd; trend; kpi*; sla met; on target; target; volume;
        dashboard; figures; numbers; statistics; stats; report; monthly; weekly; rate is; rate was; down from; up from;
        compared; share of; top reasons; breakdown; forecast; budget; year on year
    """,
    "rehearses": """
        example; sample; role play; roleplay; exercise; quiz; mock; scenario; practice; practise; e-learning; onboarding
        doc; test message; testing; just a test; please ignore; dummy; fake; new joiners; for training; training
        example; template; canned; draft; drafts; proofread; wording; thoughts; how does this sound; ok to send; too
        short; too long; rewrite; apology mail; we are so sorry; i'm sorry that; we're sorry; dear mr; dear mrs; dear
        ms; suggested; macro; reply to; my reply; use case; hypothetical*; imagine
    """,
    "plays": """
        lol; lmao; haha*; hehe; joke; jokes; pun; puns; joy; sob; rofl; plot twist; breaking news; dear diary; popcorn;
        sweat smile; facepalm; meme; grin; laughing; laugh; wink; star struck; party parrot; tada; legend; conspiracy;
        horoscope; emotional damage; die on this hill; i demand; i want a; suing it; the un; world record
    """,
    "angry": """
        angry; angrily; anger; furious; fuming; livid; raging; irate; mad; cross; outrag*; disgust*; appalled;
        appalling; fed up; sick of; had enough; enough is enough; losing it; beside herself/himself; in tears; crying;
        cried; screaming; shouting; heated; boiling; seething; unacceptable; shame; shameful; disgrace*; ridiculous;
        scandal*; incompetent; useless; joke of a; worst; terrible; horrible; awful; dreadful; abysmal; never again;
        never been so; avoid; rage; wütend; sauer; außer sich; furieux; furieuse; enfadad*; furios*; arrabbiat*; boos;
        woedend; wściek*; arg; kızgın; gusse; pareshan; pathetic; insulting; humiliat*; devastated; distraught;
        heartbroken; desperate
    """,
    "unhappy": """
        upset; unhappy; not happy; not a happy; disappointed; disappointing; disappointment; annoyed; annoying;
        frustrated; frustrating; frustration; dissatisfied; not satisfied; not impressed; unimpressed; displeased;
        complaint; complaints; complain*; not amused; moaning; grumbl*; over it; put out; let down; disappointed with;
        sad; stressed; worried; concerned; confused; embarrass*; miffed; peeved; bothered; tired of; poor; bad; rubbish;
        crap; lousy; shoddy; subpar; mediocre; inconvenien*; unfair; misled; misleading; ripped off; rip off; beschwert;
        verärgert; reklamiert; se plaint; plaint*; déçu*; queja; quejas; reclam*; lamenta*; klaagt; klacht*; skarż*;
        missnöjd*; şikayet*; shikayat; жал*; жалу*; unprofessional; speechless; gutted; patience; disgruntled;
        sceptical; regret
    """,
    "again": """
        again; yet again; once more; second time; third time; fourth time; fifth time; twice; three times; four times;
        in a row; running; keeps; kept; every time; repeatedly; still not; still no; still waiting; still hasn't;
        reopened; another; same problem/issue/fault; 2nd; 3rd; 4th; 5th; chasing; chased; follow up; since; weeks;
        months; wieder; encore; otra vez; di nuovo; weer; outra vez; znowu; igen; yine; dobara; already; so far; days;
        to date; record
    """,
    "late": """
        late; delayed; delay; delays; overdue; behind; still waiting; waiting; waited; wait; weeks; slow; slowly; took
        forever; hours; no show; no-show; never came; never showed; didn't show; didn't turn up; not turned up; nobody
        came; nobody turned; missed; rescheduled; postponed; slipped; on hold; queue; queuing; queued; cut off;
        unanswered; no reply; no response; no answer; no update; no updates; no news; silence; ignored; never called
        back; no callback; not heard; hasn't heard; nobody answers; nobody replied; stuck; pending; under review;
        appointment; slot; callback; call back; called back; stood up; kept waiting; verspätet; wartet; warten; attend;
        attente; espera*; esperando; attesa; wacht; czeka*; väntar; bekliyor; intezar; stranded; idle; promised by; no
        one picks; engaged tone
    """,
    "never came": """
        not arrived; hasn't arrived; hasn't come; never arrived; not received; never received; didn't arrive; didn't
        get; hasn't got; hasn't received; haven't received; not delivered; undelivered; missing; lost; gone missing;
        disappeared; vanished; nowhere; not there; nothing there; empty box; returned to sender; marked delivered; shows
        delivered; nicht angekommen; pas arrivé; pas reçu; no llegó; no ha llegado; non è arrivato; niet ontvangen; não
        chegou; nie dotarła; nie przyszła; inte kommit; gelmedi; nahi aaya; nahi mila; not turned up; without the;
        incomplete; half of
    """,
    "parcel": """
        parcel*; package*; packet; pkg; order; orders; ordered; shipment*; shipped; shipping; ship; deliver*; courier*;
        van; driver; carrier; depot; tracking; track; dispatch*; warehouse; pallet*; crate*; box; boxes; customs;
        doorstep; porch; luggage; baggage; suitcase*; bag/bags; mail; post; postman; in transit; fulfilment;
        fulfillment; logistics; shelf unit; exchange; size; colour; color; wrong one/item/size/model/address/house;
        pickup; collect; collection; paket*; colis; pedido; pacco; pakket; encomenda; paczka; kargo; lieferung;
        livraison; livré; bestelling; bestellt; consegna; entrega; посылка; dhl; ups; fedex; dpd; hermes; royal mail;
        removal*; arrived; arrives; came; gift wrap; groceries
    """,
    "goods": """
        kettle; toaster; fridge; freezer; oven; stove; washing machine; washer; dryer; dishwasher; boiler; heater;
        heating; radiator; blender; mixer; vacuum; hoover; iron; hairdryer; fan; lamp; sofa; couch; armchair; chair*;
        table/tables; desk; bed; beds; mattress; wardrobe; shelf; shelves; cot; crib; pram; stroller; toy; toys; bike;
        scooter; helmet; tent; rucksack; boots; boot; shoes; shoe; jacket; coat; dress; trousers; jeans; shirt; sweater;
        zip; sole; seam; fabric; laptop; tablet; headset; headphones; earbuds; speaker; camera; printer; battery;
        charger; cable; plug; screen; remote; watch; ring; necklace; paint; tile; tiles; wallpaper; flooring; carpet;
        curtain*; door; window; roof; kitchen; bathroom; tap; pump; lawnmower; drill; saw; ladder; tyre*; tire; tires;
        brake*; engine; car; rental; hire car; cream; serum; shampoo; makeup; perfume; medicine; tablets; pills;
        glasses; lenses; book; books; course; lesson*; class; haircut; massage; repair; repaired; fix; service; quality;
        product; item; material; part; parts; machine; device; appliance; unit; model; batch; photos; album; piano;
        bouquet; flowers; roses; cushion; rug; pan; knife; mug; glass; bottle; pillow; hinge; handle; lid; wheel; seat;
        saddle; rack; hose; gasket; filter
    """,
    "faulty": """
        broken; broke; breaks; break; faulty; defective; defect; fault; stopped working; doesn't work; didn't work; not
        working; won't work; won't turn; won't start; dead; died; failed; fails; failing; failure; snapped; cracked;
        crack; chipped; scratched; scratch; torn; ripped; tore; leaking; leaks; leaked; leak; flooded; smashed;
        shattered; bent; dented; dent; loose; wobbly; wobbles; fell apart; falling apart; fell off; came off; peeling;
        peeled; faded; shrunk; stained; stain; rusty; rust; mouldy; moldy; mould; mold; rotten; stale; off; out of
        order; crackles; flickers; flickering; noise; noisy; worn; wrong; damaged; ruined; spoiled; burst; jammed; jams;
        stuck; sagging; cheap; flimsy; poor quality; kaputt; en panne; cassé*; roto; rota; rotto; rotta; stuk; kapot;
        partid*; quebrad*; uszkodz*; trasig; bozuk; kharab; dripping; crooked; uneven; blurry; overheats; won't close;
        won't open; wear; out of date; expired
    """,
    "food and stay": """
        food; meal; meals; breakfast; brunch; lunch was; dinner; soup; steak; burger; pizza; pasta; curry; salad; fish;
        chicken; rice; bread; cake; dessert; coffee was; tea; milk; wine; beer was; menu; chef; kitchen; portion*; dish;
        dishes; taste*; tasted; tasteless; bland; cold; lukewarm; raw; undercooked; overcooked; burnt; salty; greasy;
        stale; mouldy; hair in; restaurant; cafe; buffet; waiter; waitress; bar; room; rooms; suite; lodge; cabin;
        cottage; hotel; hostel; bed; bugs; sheets; towels; shower; bath; bathroom; toilet; pool; sauna; gym; spa; air
        con; aircon; wifi; breakfast; reception; minibar; view; carpet; clean; dirty; filthy; smell; smelled; smelly;
        stank; noisy; loud; table; place; atmosphere; flavor; flavour; sauce; sandwich; fries; chips; sushi; tacos;
        eggs; bacon; beef; pork; drinks; drink; vegan; vegetarian; tour; excursion; carriage; cabin; seat; seats;
        zimmer; chambre; habitación; camera; kamer; quarto
    """,
    "money": """
        charge*; charged; charging; bill; bills; billed; billing; invoice*; invoiced; refund*; fee; fees; price*;
        priced; pay; pays; paid; paying; payment*; money; cost; costs; credit; debit; debited; direct debit; deposit;
        card; bank; statement; transaction*; transfer; discount; voucher; coupon; promo code; subscription; renewal;
        auto renewal; renewed at; overdraft; overdrawn; bounced; euro; euros; dollars; pounds; bucks; usd; eur; gbp;
        tax; vat; receipt; tariff; premium; quote; quoted; twice; double; overcharge*; collections; debt; owed; owes;
        balance; chargeback; compensation; reimburs*; installment*; loan; interest; mortgage; free trial; hidden;
        surcharge; penalty; fine; toll; tip; cash; atm; withdraw*; exchange rate; cancellation; minimum payment;
        rechnung; abgebucht; belastet; geld; débité; facture; remboursement; rembourse; cobr*; factura; reembolso;
        dinero; addebit*; fattura; rimborso; soldi; afgeschreven; geld terug; obciążon*; zwrot; debiterad; ücret; iade;
        paise; cashback; gift card; price increase
    """,
    "person": """
        rude; rudely; rudeness; attitude; shouted; shouting; yelled; swore; sworn at; insult*; laughed at; mocked;
        mocking; sneer*; sarcastic; condescending; patronis*; patroniz*; dismissive; snapp*; snappy; impolite;
        disrespect*; unfriendly; aggressive; arrogant; ignored her/him/them; ignored us; rolled ... eyes; hung up; tone;
        manner*; spoke to ... like; spoken to; talked down; treated; accused; called her/him/me a; liar; lied; lying;
        bullied; bully; pushy; pressured; unprofessional; behaviour; behavior; stared; touched; grabbed; pushed;
        waitress; waiter; cashier; clerk; receptionist; agent; rep; representative; assistant; employee; staff; manager
        was; nurse; doctor was; driver; steward*; bouncer; guard; doorman; conductor; instructor; teacher; tutor; guide;
        technician was; colleague; salesman; saleswoman; maleducad*; frech; unfreundlich; impoli; maleducato;
        onbeleefd*; badtameezi; unhelpful; couldn't care; sigh*; gossip*; smoking; drunk; phone the whole time;
        careless; clueless; incompetent; shrugged; muttered; giggl*; apologise; apologize; rough; roughly; customer
        service was; service was; friendly
    """,
    "online": """
        app; apps; website; web site; site; page; portal; account; accounts; login; log in; logged; logs; sign in;
        password; reset; code; codes; 2fa; sso; locked; blocked; suspended; frozen account; email address; profile;
        username; user; booking; bookings; reservation*; ticket machine; e-ticket; qr; barcode; check in; checkout;
        cart; button; error; bug; crash*; crashing; freezes; loading; load; spins; blank; down; outage*; offline;
        server; api; integration*; sync*; import; export; upload; download; migration; migrated; update; upgraded;
        release; version; data; backup; internet; broadband; router; signal; connection; network; sim; line is dead;
        phone line; speed; mbps; dashboard; notification*; newsletter; unsubscribe; membership; points; loyalty; card
        merged; seat change; double booked; overbooked; cancelled the booking; verify; verification; activate;
        activation; identity; pin; konto; compte; cuenta; conta; hesap; appli; system; screen reader; settings; license;
        licence; subscription page; website's; feature
    """,
    "small": """
        fyi; small; minor; slight*; little; tiny; a bit; a little; just wants; only wants; polite; politely; not angry;
        not upset; no drama; not a drama; not dramatic; no biggie; no hurry; no rush; when you get; one of the; typo;
        leaflet; apparently; mention*; noted; suggestion; suggests; would prefer; seems; nice about it; friendly though;
        otherwise; laughing; laughs; sweet; funny; curious; usable; still ok; fine otherwise; wanted us to know; heads
        up; thinks; asks why; asking about; could we; label please; happy to swap; smaller; hard to; quickly; kind of
    """,
    "grave": """
        hospital; ambulance; injur*; burned; burnt; bleeding; blood; fire; smoke; police; lawyer; solicitor; court; sue;
        legal; ombudsman; regulator; press; journalist; viral; discriminat*; racist; privacy; gdpr; leaked; fraud;
        identity; threatened; threat; scared; dangerous; danger; unsafe; emergency; wedding; funeral; baby; newborn;
        pregnant; disabled; elderly; stranded; thousands; losing; losses; terminate; terminating; cancel ... contract;
        pulling; leaving us; switching; moving to; competitor; taking ... business; never again; all our; whole;
        everything; devastated; livid; furious; in tears; crying; outraged; scam; stolen; robbed; ruined; destroyed;
        unliveable
    """,
    "costs them": """
        took the day off; day off; unpaid leave; half a day; stayed home; waited in; sat in; drove; took a taxi; missed
        her/his/their; lost; overdrawn; bounced; had to pay; had to buy; had to cancel; had to close; had to leave; out
        of pocket; can't work; cannot work; can't trade; can't see patients; losing; costing; standing around;
        twiddling; walked; trip; trips; holiday; deadline; presentation; party; birthday; anniversary; concert; exam;
        interview; rent; salary; no heating; no hot water; no internet; flooded; ruined; customer's customer*;
        embarrassed; no room; slept in
    """,
    "not": """
        not; no; never; nobody; noone; no one; nothing; none; didn't; doesn't; don't; hasn't; haven't; hadn't; wasn't;
        isn't; aren't; weren't; can't; cannot; couldn't; won't; wouldn't; without; unable; refus*; denied; declined;
        rejected; nicht; kein*; pas; jamais; personne; nadie; nunca; non; nessuno; niet; niemand; nie; nikt; inte;
        ingen; nahi; не; никто; değil; não; ninguém; neither; nor; barely; hardly; only; instead; failed to
    """,
    "me": "i; i'm; im; i've; i'll; i'd; my; me; mine; myself; ich; je; yo",
    "we": "we; we're; we've; we'll; our; ours; us; wir; nous",
    "you": "you; your; yours; you're; you've; u; ur; sie; vous; usted",
    "they": "he; she; they; him; her; his; their; them; hers; she's; he's; they're; they've",
}
