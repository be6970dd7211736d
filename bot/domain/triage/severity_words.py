"""Words and phrases that speak for a graver or lighter case, in the notation of `word_lists.py`."""

SERIOUS_PHRASES = """
    wedding; birthday; christmas; anniversary; funeral; honeymoon; graduation; life event; overdraft; bounced;
    lost ... data; data ... lost/gone; lost ... job; thousands; whole team; all our; entire; stranded; ruined;
    furious; livid; outraged; fuming; disgusted; cancel ... contract/account/subscription; pull*/pulling the
    contract; leaving us; switch* to ... competitor; taking ... business elsewhere; lost ...
    contract/customer/client; missed ... flight/exam/interview/operation/appointment; in tears; crying; second
    failure; emergency
"""
REPEAT_PHRASES = """
    second/third/fourth/fifth/sixth/2nd/3rd/4th/5th time; again; yet again; once more; twice already; in a row;
    keeps happening; every time; three/four/five times; 3/4/5 times; still not fixed/resolved/solved; same
    problem/issue; repeatedly; again and again
"""
MINOR_PHRASES = """
    typo; minor; small issue/thing/problem; slight*; a bit; a little; not angry; not upset; not a big; no rush;
    when ... get a chance; laugh*; just wants; only wants; polite*; smaller; fyi; nothing serious; no big;
    cosmetic; would be nice; mild*
"""
