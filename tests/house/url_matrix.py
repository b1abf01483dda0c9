"""Who may open what: a row for every address, as data. test_url_matrix.py asks each address as each person.

To add an address, add its row. `get` and `post` say who gets past the door; everybody else has to meet what
`others` says: "no" (403) or "hidden" (404). A visitor is sent to the sign-in page by every address of the desk
without being named here. No `get` or no `post`: the address does not take that method (405), from nobody.

What stands in the address comes from OBJECTS, by the name of its part (`<int:case_id>`); a row can name another
object under `parts`. A row whose address holds a case is asked a second time with a sensitive case: then only
`sensitive` get in, and all the others meet "hidden". `no` names those who see what is there and still may not post.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

#: Everybody of tests/support/world.py. Read there who they are and where they sit.
STAFF = "ama amina baraka chidi daudi esi farid grace hana"
EVERYBODY = f"public {STAFF}"
#: All who fill a post today.
POSTED = "ama amina baraka chidi daudi esi farid grace"
#: All who may see the ordinary case in the village Ford.
SEE_FORD = "ama amina baraka chidi farid"
#: All who may see cases somewhere.
SEE_CASES = f"{SEE_FORD} daudi"
#: All who may write down what was said.
RECORD = "ama amina baraka daudi farid"

#: All who may have slips printed.
PADS = "ama baraka grace"
#: All who may see the books of the county and below.
SEE_MONEY = "ama baraka chidi"


@dataclass(frozen=True)
class Row:
    """Who gets past the door of one address."""

    get: str | None = None
    post: str | None = None
    others: str = "no"
    parts: Mapping[str, str] = field(default_factory=dict)
    sensitive: str = "esi"
    no: str = ""


#: All who may read about the programme in the village Ford.
READ_FORD = f"{SEE_FORD} esi grace"


#: What a part of an address is filled with, unless the row says otherwise: an object of the world, or a word.
OBJECTS = {
    "lang": "en",
    "area_id": "area",
    "post_id": "post",
    "area": "area",
    "case_id": "case",
    "case": "case",
    "account_id": "bank_account",
    "act": "add",
    "part": "matrix",
    "promise_id": "promise",
    "survey_id": "survey",
    "cluster_id": "cluster",
    "draw_id": "draw",
    "drawn_id": "drawn",
    "framework": "framework",
    "book": "book",
    "entry_id": "entry",
    "proposal_id": "proposal",
    "form": "payment",
    "key": "project",
    "item_id": "item",
    "asset_id": "asset",
    "digest": "digest",
    "quarter": "1999-Q1",
    "path": "0/000.p/1",
    "name": "projects.csv",
    "posting_id": "posting",
    "round_id": "round",
    "pad_id": "pad",
    "year": "2026",
}

ROWS = {
    # --- the desk's doors ---
    "access:sign-in": Row(get=EVERYBODY, post=EVERYBODY),
    "access:sign-out": Row(post=EVERYBODY),
    "access:password": Row(get=POSTED, post=POSTED),
    # --- the desk ---
    "desk:inbox": Row(get=STAFF),
    "desk:case": Row(get=SEE_FORD, others="hidden"),
    "desk:act": Row(
        get=SEE_FORD, post="ama amina baraka", others="hidden", no="chidi farid", parts={"act": "tell"}
    ),
    "desk:hear": Row(get=RECORD, post=RECORD),
    "desk:sessions": Row(get=f"{RECORD} chidi"),
    "desk:session-new": Row(get=RECORD, post=RECORD),
    "desk:pads": Row(get=PADS, post=PADS),
    "desk:pad": Row(get=PADS, post=PADS),
    "desk:batch": Row(post=RECORD),
    "desk:reassign": Row(get="ama baraka", post="ama baraka"),
    "desk:programme": Row(get=POSTED),
    "desk:programme-part": Row(get=POSTED),
    "desk:post": Row(
        get="ama amina baraka chidi esi grace",
        post="ama amina baraka chidi esi grace",
        others="hidden",
        no="ama amina baraka chidi esi",
    ),
    "desk:figures": Row(get=f"{SEE_CASES} esi"),
    # --- overviews ---
    "oversight:overview": Row(get=SEE_CASES),
    "oversight:csv": Row(get=SEE_CASES),
    "oversight:recurring": Row(get=SEE_CASES),
    "oversight:questions": Row(get=SEE_CASES),
    # --- reports of a year ---
    "annual-desk:report": Row(get=SEE_CASES),
    "annual-desk:paper": Row(get=SEE_CASES),
    "annual:programme": Row(get=EVERYBODY),
    "annual:newest": Row(get=EVERYBODY),
    "annual:report": Row(get=EVERYBODY),
    # --- hand-over: of the village Ford; a form without its lines is refused inside ---
    "handover-desk:list": Row(get=SEE_CASES),
    "handover-desk:dossier": Row(get=SEE_FORD, others="hidden"),
    "handover-desk:sheet": Row(get=SEE_FORD, others="hidden"),
    "handover-desk:paper": Row(get=SEE_FORD, others="hidden"),
    "handover-desk:file": Row(get=SEE_FORD, others="hidden"),
    "handover-desk:answer": Row(post=SEE_FORD, others="hidden", no="chidi"),
    "handover-desk:acting": Row(post=SEE_FORD, others="hidden", no="amina chidi farid"),
    "handover-desk:close": Row(post=SEE_FORD, others="hidden", no="amina chidi farid"),
    "handover-desk:lesson": Row(post=SEE_FORD, others="hidden", no="chidi"),
    "handover-desk:close-round": Row(post="ama"),
    "handover:who": Row(get=EVERYBODY),
    # --- projects ---
    "projects-desk:list": Row(get=POSTED),
    "projects-desk:new": Row(get=RECORD, post=RECORD),
    "projects-desk:choices": Row(get=POSTED),
    "projects-desk:choice-new": Row(get=RECORD, post=RECORD),
    "projects-desk:choice": Row(get=READ_FORD, others="hidden", parts={"key": "choice"}),
    "projects-desk:project": Row(get=READ_FORD, others="hidden"),
    "projects-desk:act": Row(
        get=READ_FORD, post=READ_FORD, others="hidden", no="chidi esi grace", parts={"act": "say"}
    ),
    # --- promises ---
    "promises-desk:list": Row(get=POSTED),
    "promises-desk:new": Row(get=RECORD, post=RECORD),
    "promises-desk:promise": Row(get="ama amina baraka chidi esi farid grace", others="hidden"),
    "promises-desk:act": Row(
        post="ama amina baraka chidi esi farid grace",
        others="hidden",
        no="chidi esi grace",
        parts={"act": "tell"},
    ),
    "promises-desk:erase": Row(
        post="ama amina baraka chidi esi farid grace", others="hidden", no="chidi esi farid grace"
    ),
    "promises:area": Row(get=EVERYBODY),
    # --- results ---
    "results-desk:list": Row(get=POSTED, post="ama baraka"),
    "results-desk:framework": Row(get=READ_FORD, others="hidden"),
    "results-desk:sheet": Row(get="ama amina baraka chidi", others="hidden", parts={"form": "csv"}),
    "results-desk:settle": Row(post=READ_FORD, others="hidden", no="amina chidi esi farid grace"),
    "results-desk:value": Row(get=READ_FORD, post=READ_FORD, others="hidden", no="chidi esi grace"),
    "results-desk:villages": Row(get=POSTED),
    "results-desk:village": Row(get=READ_FORD, post=READ_FORD, others="hidden", no="chidi esi grace"),
    # --- surveys: of the county, so staff of a township below see none; a form without its act is refused inside ---
    "surveys-desk:list": Row(get=POSTED),
    "surveys-desk:new": Row(get="ama baraka", post="ama baraka", others="no"),
    "surveys-desk:survey": Row(
        get="ama baraka chidi esi grace",
        post="ama baraka chidi esi grace",
        others="hidden",
        no="chidi esi grace",
    ),
    "surveys-desk:instructions": Row(get="ama baraka chidi esi grace", others="hidden"),
    "surveys-desk:place": Row(
        get="ama baraka chidi esi grace", post="ama baraka chidi esi grace", others="hidden", no="esi grace"
    ),
    "surveys:card": Row(get=EVERYBODY, post=EVERYBODY),
    "surveys:published": Row(get=EVERYBODY),
    "surveys:file": Row(get="", others="hidden"),
    "surveys:frame": Row(get=EVERYBODY),
    # --- verification: a list of the county, and a unit in the village Ford; likewise ---
    "verification-desk:list": Row(get=POSTED),
    "verification-desk:own": Row(
        get="ama amina baraka daudi farid", post="ama amina baraka daudi farid", others="no"
    ),
    "verification-desk:new": Row(get="ama baraka chidi", post="ama baraka chidi", others="no"),
    "verification-desk:draw": Row(
        get="ama baraka chidi esi grace", post="ama baraka chidi esi grace", others="hidden", no="esi grace"
    ),
    "verification-desk:unit": Row(get=READ_FORD, post=READ_FORD, others="hidden", no="amina farid esi grace"),
    "verification:draws": Row(get=EVERYBODY),
    "verification:draw": Row(get=EVERYBODY),
    "verification:list": Row(get=EVERYBODY),
    "verification:sample": Row(get="", others="hidden"),
    "verification:whole": Row(get=EVERYBODY),
    "results:programme": Row(get=EVERYBODY),
    "results:area": Row(get=EVERYBODY),
    "projects:choices": Row(get=EVERYBODY),
    # --- the register for everybody, receipts, and this instance as a witness ---
    "trust:register": Row(get=EVERYBODY),
    "trust:board": Row(get=EVERYBODY),
    "trust:pads": Row(get=EVERYBODY, post=EVERYBODY),
    "trust:promise": Row(get=EVERYBODY, post=EVERYBODY),
    "trust:proof": Row(get=EVERYBODY, post=EVERYBODY),
    "trust:proof-for-programs": Row(post=EVERYBODY),
    "trust:verify": Row(get=EVERYBODY),
    "trust:add-checkpoint": Row(post=EVERYBODY),
    "trust:witnessed": Row(get="", others="hidden", parts={"digest": "no-digest"}),
    # --- the register's files ---
    "register:checkpoint": Row(get="", others="hidden"),
    "register:policy": Row(get="", others="hidden"),
    "register:withheld": Row(get="", others="hidden"),
    "register:tile": Row(get="", others="hidden"),
    "register:consistency": Row(get=EVERYBODY),
    # --- needs and projects, followed ---
    "following-desk:case": Row(get=SEE_FORD, post=SEE_FORD, others="hidden", no="chidi farid", sensitive=""),
    "following-desk:unlink": Row(post=SEE_FORD, others="hidden", no="chidi farid", sensitive=""),
    "following-desk:project": Row(
        get="ama amina baraka chidi esi farid grace",
        post="ama amina baraka chidi esi farid grace",
        others="hidden",
        no="chidi esi farid grace",
        parts={"key": "project"},
    ),
    "following-desk:gaps": Row(get=POSTED),
    "following:follow": Row(get=EVERYBODY, post=EVERYBODY),
    "following:say": Row(get=EVERYBODY, post=EVERYBODY),
    "following:project": Row(get=EVERYBODY, parts={"key": "project"}),
    "following:thread": Row(get=EVERYBODY, parts={"key": "project"}),
    # --- where money is: nobody here keeps books, so no post gets through ---
    "treasury:money": Row(get=SEE_MONEY),
    "treasury:csv": Row(get=SEE_MONEY),
    "treasury:banks": Row(get=SEE_MONEY),
    "treasury:bank": Row(get=SEE_MONEY, post=SEE_MONEY, no=SEE_MONEY),
    "treasury:organisations": Row(get=SEE_MONEY),
    "treasury:organisation": Row(get=SEE_MONEY, parts={"key": "organisation"}),
    "treasury:villages": Row(get=SEE_MONEY),
    "treasury:village": Row(get=SEE_MONEY, post=SEE_MONEY, no=SEE_MONEY, parts={"key": "village_book"}),
    "money:funds": Row(get=EVERYBODY),
    "money:area": Row(get=EVERYBODY),
    "money:fund": Row(get=EVERYBODY, parts={"key": "money_fund"}),
    "money:enterprise": Row(get=EVERYBODY),
    # --- the books: nobody here keeps any, so nobody enters ---
    "books:list": Row(get="ama baraka chidi grace"),
    "books:waiting": Row(get="ama baraka chidi"),
    "books:proposal": Row(get="ama baraka chidi", post="ama baraka"),
    "books:entry": Row(get="ama baraka chidi", post=""),
    "books:set-up": Row(get="ama grace", post="ama grace"),
    "books:book": Row(get="ama baraka chidi"),
    "books:balance": Row(get="ama baraka chidi"),
    "books:lines": Row(get="ama baraka chidi", post="ama baraka"),
    "books:line-table": Row(get="ama baraka", post="ama baraka"),
    "books:new": Row(get="", post=""),
    # --- residents' pages: the same for everybody, signed in or not ---
    "public:start": Row(get=EVERYBODY),
    "public:home": Row(get=EVERYBODY),
    "public:area": Row(get=EVERYBODY),
    "public:tell": Row(get=EVERYBODY, post=EVERYBODY),
    "public:tell-where": Row(get=EVERYBODY),
    "public:code": Row(get=EVERYBODY, post=EVERYBODY),
    "public:code-act": Row(get=EVERYBODY, post=EVERYBODY),
    "public:promise": Row(get=EVERYBODY),
    "public:what-we-hold": Row(get=EVERYBODY),
    "public:what-we-hold-part": Row(get=EVERYBODY, parts={"part": "listening"}),
    "public:standards": Row(get=EVERYBODY),
    "opendata:index": Row(get=EVERYBODY),
    # --- disclosure ---
    "disclosure:index": Row(get=EVERYBODY),
    "disclosure:area": Row(get=EVERYBODY),
    "disclosure:file": Row(get="", others="hidden"),
    "opendata:file": Row(get=EVERYBODY),
    # --- pictures and digests of documents ---
    "evidence:picture": Row(get=EVERYBODY),
    "evidence:small": Row(get=EVERYBODY),
    "evidence-desk:items": Row(get=POSTED),
    "evidence-desk:add-pictures": Row(post=RECORD),
    "evidence-desk:add-document": Row(post=RECORD),
    "evidence-desk:compare": Row(get=POSTED, post=POSTED),
    "evidence-desk:item": Row(get=READ_FORD, others="hidden"),
    "evidence-desk:picture": Row(get=READ_FORD, others="hidden"),
    "evidence-desk:small": Row(get=READ_FORD, others="hidden"),
    "evidence-desk:act": Row(
        post="ama amina baraka farid", others="hidden", no="chidi esi grace", parts={"act": "nobody"}
    ),
    # --- what projects left ---
    "assets:asset": Row(get=EVERYBODY),
    "assets:working": Row(get=EVERYBODY),
    "assets-desk:due": Row(get=POSTED),
    "assets-desk:working": Row(get=POSTED),
    "assets-desk:add": Row(get=RECORD, post=RECORD),
    "assets-desk:asset": Row(get=READ_FORD, others="hidden"),
    "assets-desk:act": Row(
        post="ama amina baraka farid", others="hidden", no="chidi esi grace", parts={"act": "check"}
    ),
}
