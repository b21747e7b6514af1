"""Which column of a table is which field: guessed from its name, shown, and open to correction."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from simulation.declared.institutions import SERVICE_NAMES
from simulation.declared.parameters import InputError, nearest

from .matching import are_whole
from .table_file import TextTable, normal


@dataclass(frozen=True)
class Field:
    """One field that a table may contain.

    Attributes:
        name: its name, as in `--column name=Column`.
        description: in plain words, with its unit.
        pattern: what its column may be called (a regular expression over the lower-cased header); of several that match, the latest year, then the first.
        choices: for answers, what values mean: pattern by value.
        cells: codes that are nothing else (a regular expression): a column of codes that holds them comes before one by its name.
    """

    name: str
    description: str
    pattern: str
    choices: Mapping[str, str] = field(default_factory=dict)
    cells: str = ""


SMALL_AREA_CODES = r"[EWS]010\d{5}|95[A-Z]{2}\d{2}[SW]\d|N2\d{7}"  # lower layer super output areas and data zones
CODES = r"(?:mnemonic|geography|(?:geography |area |gss |ons |national )*(?:code|cd|id)s?)"  # as Nomis and the ONS call them
PCT = r"(?:(?:tenure(?: of households?)?|highest (?:level of )?qualifications?|qualifications?|ages?) )?(?:% ?|pct |percent(?:age)? |share |prop(?:ortion)? |number |no |count |total |all )*(?:of )?(?:residents |people |households |homes |dwellings |adults |aged? |with |who |are )*"
YEAR = r"(?: ?\(?(?:19|20)\d\d(?: \d\d)?\)?)?(?: ?(?:%|percent|pct|count|number|estimate|value))*"
OF_ADULTS = r"(?: (?:of |in |among )?(?:all )?(?:the )?(?:(?:adults?|people|persons?|residents|population|those|usual residents) )*(?:aged? |ages )?(?:working age(?: population| people| adults)?|1?\d{2}(?: ?(?:years|yrs))?(?: ?(?:\+|plus|and over|and above|or over|years and over|(?:to )?\d{2}(?: years)?))))?"
HOMES = r"(?: homes?| households?| dwellings?| housing| tenure)?"
ADULTS = r"(?:aged? |ages |over |years )*16(?: years| yrs)? ?(?:\+|plus|and (?:over|above|older|up)|or (?:over|more|older|above)|years and over|over)"
WHO = r"(?:(?:all |total |usual |resident |working |adult |number of |count of |no of )*(?:residents?|people|persons?|population|adults?|pop) ?)"
JOBS = (
    PCT
    + r"(?:(?:ns ?sec|socio ?economic (?:class(?:ification)?|group)|social class|occupations?|approximated social grade)(?: of adults)? )?(?:l ?\d+(?: ?\d)?(?:(?: |,|and|&)+l ?\d+(?: ?\d)?)* ?:? ?|\d(?: \d)? )?"
)
WORK = r"(?: ?(?:occupations?|workers?|jobs?|work|classes|class))?"
SIZED = PCT + r"(?:(?:household size|size of households?|number of people in (?:the )?household|households?(?: of| with)?) ?:? ?)?"
IN_HOME = r"(?: ?(?:in )?(?:the )?(?:households?|homes?|dwellings?))?"
NONE = r"(?!)"  # of a field that cannot be recognised by name; the user has to name it
MOST_PROBLEMS = 3  # problems of one table that are reported at once

_INDEX = r"\b(?:imd\w*|depriv\w*|wimd\w*|simd\w*|nimdm\w*|multiple|disadvantage\w*|seifa|irsa?d|nz ?i?dep\w*)\b"
WHOLE_INDEX = re.compile(r"\b(?:imd|wimd|simd|nimdm|multiple)")
PLACE_FIELDS: tuple[Field, ...] = (
    Field("area", "code of the small area", r"(?:(?:19|20)\d\d )?(?:lsoa|oa|msoa|(?:super )?output areas?(?: (?:lower|middle) layer)?|data ?zone|dz|soa|small area|sa[12]|census tract|tract|block group|geoid|area|statistical area|iris|sezione)(?: ?\d\d)?(?: ?(?:code|cd|id|number))?" + YEAR, cells=SMALL_AREA_CODES),
    Field("ward", "ward that the small area lies in", r"(?:(?:19|20)\d\d )?(?:(?:census merged )?wards?|wd\d\d|electoral (?:wards?|divisions?)|division|neighbou?rhood|barrio|suburb|quartier|district|parish|quartiere|stadtteil)(?: ?\d\d)?(?: ?(?:name|nm|code|cd))?" + YEAR),
    Field("population", "people of all ages", r"(?:total |all |usual |resident |mid \d+ |(?:19|20)\d\d )*(?:population|pop|all (?:usual )?residents|all persons|all people|all ages|persons|people|residents?|inhabitants|poblacion|habitantes|abitanti|einwohner|bevolkerung|habitants|number of (?:people|residents|persons))(?: total| estimate| all ages| count| mid(?: year)?)*" + YEAR + r"(?: excluding prisoners)?"),
    Field("adults", "people aged 16 and over", rf"(?:highest (?:level of )?qualifications? )?(?:total |all categories )*(?:{WHO}{ADULTS}|{ADULTS}(?: total| population| residents)?|(?:all |total |number of )*adults?(?: population| residents| 16 ?(?:\+|plus))?)" + YEAR),
    Field("households", "homes in which people live", r"(?:tenure(?: of households?)? )?(?:total |all |number of |no of |count of |occupied |categories )*(?:households|household spaces with (?:at least one )?usual residents?|occupied (?:homes|dwellings|households)|hogares|haushalte|menages)(?: total| count)*" + YEAR),
    Field("dwellings", "homes, including empty ones", r"(?:tenure(?: of households?)? )?(?:total |all |number of |no of |count of |housing )*(?:dwellings|homes|properties|housing units|household spaces|viviendas|wohnungen|logements)(?: total| count| stock)*" + YEAR),
    Field("deprivation_decile", "deprivation decile, 1 = most deprived", r".*\bdeciles?\b.*|.*decile"),
    Field("deprivation_quintile", "deprivation quintile, 1 = most deprived", r".*\b(?:quintiles?|national fifths?|deprivation fifths?)\b.*|.*quintile"),
    Field("deprivation_percentile", "deprivation percentile, 1 = most deprived", rf".*{_INDEX}.*\b(?:per)?centiles?\b.*|.*\b(?:per)?centiles?\b.*{_INDEX}.*|(?:national )?(?:per)?centiles?(?: rank)?"),
    Field("deprivation_vigintile", "deprivation vigintile (twentieth), 1 = most deprived", r".*\b(?:vigintiles?|vingtiles?|ventiles?|twentieths?)\b.*|.*vigintile"),
    Field("deprivation_quartile", "deprivation quartile, 1 = most deprived", rf".*{_INDEX}.*\bquartiles?\b.*|.*\bquartiles?\b.*{_INDEX}.*|(?:national )?quartiles?"),
    Field("deprivation_rank", "deprivation rank, 1 = most deprived", r".*(?:imd|depriv\w*|wimd|simd|nimdm|disadvantage\w*|seifa|irsa?d|nz ?dep\w*)\b.*\brank\b.*|.*\brank\b.*(?:imd|depriv\w*|disadvantage\w*).*"),
    Field("deprivation_decile_reversed", "deprivation decile, 10 = most deprived", NONE),
    Field("deprivation_quintile_reversed", "deprivation quintile, 5 = most deprived", NONE),
    Field("deprivation_percentile_reversed", "deprivation percentile, 100 = most deprived", NONE),
    Field("deprivation_vigintile_reversed", "deprivation vigintile (twentieth), 20 = most deprived", NONE),
    Field("deprivation_quartile_reversed", "deprivation quartile, 4 = most deprived", NONE),
    Field("deprivation_rank_reversed", "deprivation rank, the highest number is the most deprived", NONE),
    Field("deprivation", "any measure of deprivation (higher is more deprived)", r"(?:(?:average|mean|avg|overall) )?(?:uk )?(?:imd|wimd|simd|nimdm|deprivation|index of (?:multiple )?deprivation|indices of deprivation|multiple deprivation)(?: imd)?(?: ?\d{4})?(?: e)?(?:(?: (?:population )?(?:weighted|average|mean|avg|overall))* score| (?:average|mean|avg))?(?: popw| 20\d\d| average| mean)*|(?:income|employment) (?:deprivation|deprived|score)(?: rate| score)?" + YEAR + r"|" + PCT + r"(?:poverty|in poverty|disadvantaged?)(?: rate| index| score)?" + YEAR + r"|nz ?i?dep(?: ?\d+)?(?: (?:score|index))?" + YEAR),
    Field("advantage", "any measure of advantage (lower is more deprived)", r"(?:(?:median|mean|average) (?:household |disposable |net |gross )*income|(?:household|disposable) income|renta(?: media)?|ingresos?(?: medios?)?|einkommen|revenu(?: median)?|reddito)(?: \d+)*" + YEAR + r"|.*(?:seifa|irsd|irsad|relative socio ?economic (?:dis)?advantage|socio ?economic index|\badvantage).*"),
    Field("under_16", "people under 16", PCT + r"(?:0 (?:to )?1[456]|under 1[56]|children|child(?:ren)? 0 1[56]|1?[456] and under)(?: years)?" + YEAR),
    Field("age_16_64", "people aged 16 to 64", PCT + r"(?:1[568] (?:to )?6[45]|working age)(?: years)?(?: population)?" + YEAR),
    Field("age_65_plus", "people aged 65 and over", PCT + r"(?:65 ?(?:plus|\+|and over|or over|or more|and older)?|over 6[45]|pension(?:able)? age|older people)(?: years)?" + YEAR),
    Field("owned", "homes owned", PCT + r"(?:own(?:ed|er|ers|s|ership)?(?: occup\w+)?|owner occup\w+|home ?owners?(?:hip)?)(?: outright (?:or|and) .*mortgage.*| (?:or|and|including) (?:shared|with a mortgage).*)?" + HOMES + YEAR),
    Field("owned_outright", "homes owned without a mortgage", PCT + r"(?:owned )?(?:owned|owns?|owner occup\w+)? ?outright(?: owned| ownership)?" + HOMES + YEAR),
    Field("owned_mortgaged", "homes owned with a mortgage", PCT + r"(?:owned )?(?:(?:owned|owns?|owner occup\w+|buying|being bought) )?(?:with )?(?:a )?mortgaged?(?: or (?:a )?loan| loan)?" + HOMES + YEAR),
    Field("shared_ownership", "homes owned in part", PCT + r"shared (?:ownership|equity)(?: shared ownership| part owned.*)?" + HOMES + YEAR),
    Field("rented", "homes rented from any landlord", PCT + r"(?:rent(?:ed|ers?|s|ing|al|als)?|tenants?|tenanted)" + HOMES + YEAR),
    Field("social_rented", "homes rented from a council or association", PCT + r"(?:rented? )?(?:social(?:ly)?(?: sector)?(?: rent\w*| housing| tenants?| landlords?)?|public housing|(?:from )?(?:a )?(?:council|local authority) (?:or|and) (?:housing association|registered provider|other social)\w*)" + HOMES + YEAR),
    Field("council_rented", "homes rented from a council", PCT + r"(?:social )?(?:(?:rented? |rents? )+(?:from )?(?:the |a )?(?:council|local authority|la|almo)(?: or local authority| local authority)?|(?:council|local authority|la) (?:rent\w*|tenants?|housing|homes))" + HOMES + YEAR),
    Field("association_rented", "homes rented from a housing association", PCT + r"(?:(?:social )?(?:rented? |rents? )*(?:from )?(?:the |an? )?(?:housing associations?(?: or (?:other )?(?:registered|social)\w*(?: \w+){0,2})?|ha|registered (?:social )?(?:landlord|provider)s?|r[sp]l?|other social(?: landlords?)?)(?: rent\w*| tenants?)?|"
          r"(?:other social(?: sector)?|social(?: sector)? (?:rent\w* )?(?:other|not council|non council))(?: (?:social )?rent\w*)?)" + HOMES + YEAR),
    Field("private_rented", "homes rented privately", PCT + r"(?:private(?:ly)?(?: sector)? ?(?:rent\w*|tenants?)?(?: or (?:lives?|living) rent free)?|rented private(?:ly)?|market rent\w*)" + HOMES + YEAR),
    Field("landlord_rented", "homes rented from a private landlord or agency", PCT + r"(?:private )?(?:rented? |rents? )*(?:from )?(?:a )?private landlord(?: or letting agency)?" + HOMES + YEAR),
    Field("other_private_rented", "other homes rented privately", PCT + r"(?:(?:private )?(?:rented? )?other private(?:ly)?(?: rent\w*)?|private(?:ly)? rent\w* other)" + HOMES + YEAR),
    Field("rent_free", "homes lived in rent free", PCT + r"(?:lives? |living )?(?:here )?rent free(?: lives? rent free)?" + HOMES + YEAR),
    Field("other_tenure", "homes of other tenure", PCT + r"other(?: tenures?)?" + HOMES + YEAR),
    Field("no_qualification", "adults with no qualifications", PCT + r"(?:(?:with )?no (?:qual\w*|formal qual\w*|diploma|degree|schooling)|unqualified|less than high school|primary education)" + OF_ADULTS + YEAR),
    Field("level_4_plus", "adults with level 4 or a degree", PCT + r"(?:(?:with )?(?:nvq )?level ?4 ?(?:\+|plus|and above|or above|qual\w*)?(?: qual\w*)?(?: (?:or|and) above)?(?: degree.*)?|degree(?: or (?:above|higher))?|tertiary(?: education)?|higher education|graduates?|bachelors? .*|university)" + OF_ADULTS + YEAR),
    Field("satisfied_housing", "tenants satisfied with their landlord, percent", r"(?:% |percent |share )?(?:of )?(?:satisfied housing|(?:housing )?tenants satisfied)(?: with (?:the |their )?(?:landlord|housing|council))?" + YEAR),
    *(Field(f"quality_{kind}", f"quality of {kind} services, in standard deviations between councils, 0 = average", rf"(?:service quality|quality of service|quality)(?: of| in)? {kind}(?: services?)?|{kind} service quality") for kind in SERVICE_NAMES),
    Field("higher_occupations", "adults in higher managerial, administrative and professional occupations", JOBS + r"(?:higher (?:occupations|managerial\b.*|professional\b.*)|(?:managers|managerial)(?:(?: |,)*(?:and|or|&)(?: |,)*professionals?)|professionals?(?: and| or| &)(?: managers| managerial))" + WORK + OF_ADULTS + YEAR),
    Field("lower_managers", "adults in lower managerial, administrative and professional occupations", JOBS + r"lower (?:managerial|managers?|management|professional)(?:(?: |,|and|&|managerial|administrative|professional)*)" + WORK + OF_ADULTS + YEAR),
    Field("intermediate_occupations", "adults in intermediate occupations and small employers", JOBS + r"intermediate" + WORK + OF_ADULTS + YEAR),
    Field("small_employers", "adults who are small employers or work on their own account", JOBS + r"small employers?(?: (?:and|&) own account(?: workers?)?)?" + OF_ADULTS + YEAR),
    Field("routine_occupations", "adults in routine and manual occupations", JOBS + r"(?:routine(?: (?:and|&|or) (?:semi routine|manual))?|manual|blue collar)" + WORK + OF_ADULTS + YEAR),
    Field("lower_supervisors", "adults in lower supervisory and technical occupations", JOBS + r"lower supervis(?:ory|ors?)(?: (?:and|&) technical)?" + WORK + OF_ADULTS + YEAR),
    Field("semi_routine", "adults in semi-routine occupations", JOBS + r"semi routine" + WORK + OF_ADULTS + YEAR),
    Field("never_worked", "adults who never worked or not for long", JOBS + r"never worked(?:(?: |,|and|&|or)*(?:long term )?unemployed)?" + OF_ADULTS + YEAR),
    Field("students", "adults who are full-time students", JOBS + r"(?:full time )?students?" + OF_ADULTS + YEAR),
    Field("homes_of_1", "homes with one person", SIZED + r"(?:(?:1|one|single) ?(?:person|people|resident)s?|homes of 1|living alone|lives? alone)" + IN_HOME + YEAR),
    Field("homes_of_2", "homes with two people", SIZED + r"(?:(?:2|two) ?(?:person|people|resident)s?|homes of 2)" + IN_HOME + YEAR),
    Field("homes_of_3", "homes with three people", SIZED + r"(?:(?:3|three) ?(?:person|people|resident)s?|homes of 3)" + IN_HOME + YEAR),
    Field("homes_of_4", "homes with four people", SIZED + r"(?:(?:4|four) ?(?:person|people|resident)s?|homes of 4)" + IN_HOME + YEAR),
    Field("homes_of_5_plus", "homes with five people or more", SIZED + r"(?:(?:5|five)(?: ?(?:\+|plus|or more|and more|and over))? ?(?:person|people|resident)s?(?: or more)?|homes of 5(?: ?(?:\+|plus|or more|and more|and over))?)" + IN_HOME + YEAR),
    Field("homes_of_6", "homes with six people or more", SIZED + r"(?:(?:6|six)(?: ?(?:\+|plus|or more|and more|and over))? ?(?:person|people|resident)s?(?: or more)?|homes of 6(?: ?(?:\+|plus|or more|and more|and over))?)" + IN_HOME + YEAR),
    Field("homes_of_7", "homes with seven people or more", SIZED + r"(?:(?:7|seven)(?: ?(?:\+|plus|or more|and more|and over))? ?(?:person|people|resident)s?(?: or more)?|homes of 7(?: ?(?:\+|plus|or more|and more|and over))?)" + IN_HOME + YEAR),
    Field("homes_of_8_plus", "homes with eight people or more", SIZED + r"(?:(?:8|eight)(?: ?(?:\+|plus|or more|and more|and over))? ?(?:person|people|resident)s?(?: or more)?|homes of 8(?: ?(?:\+|plus|or more|and more|and over))?)" + IN_HOME + YEAR),
    Field("moved", "people who moved within a year", PCT + r"(?:moved(?: (?:in|home|house|address))?(?: (?:in|within|during) (?:the )?(?:last |past )?(?:1 |one |a )?(?:year|12 months))?|(?:movers|turnover)(?: (?:in|of) (?:the )?(?:last )?(?:year|residents|population))|(?:different|other|another) address (?:1|one|a) year ago)" + YEAR),
)  # fmt: skip
PLACE_NAMES = re.compile("|".join(f"^(?:{f.pattern})$" for f in PLACE_FIELDS))


@dataclass
class Columns:
    """Which column holds which field, and which columns are left over."""

    columns: dict[str, str]
    unused: list[str]
    unsure: list[str]


def in_one_line(problems: Sequence[str]) -> str:
    """Return the first few problems, and how many more there are."""
    more = len(problems) - MOST_PROBLEMS
    return "; and ".join([*problems[:MOST_PROBLEMS], *([f"{more} more"] if more > 0 else [])])


def guess(table: TextTable, fields: Sequence[Field], given: Mapping[str, str] | None = None, asked: str = "--column") -> Columns:
    """Return which column is which field.

    Args:
        given: columns by field that somebody has confirmed; they come first.
        asked: the option or file field that they were given in, for messages.

    Raises:
        InputError: an unknown field or column.
    """
    headers = list(table.frame.columns)
    known = {f.name: f for f in fields}
    found: dict[str, str] = {}
    unsure: list[str] = []
    if problems := _unknown(table, known, headers, given or {}, asked):
        raise InputError(in_one_line(problems))
    for name, column in (given or {}).items():
        column = " ".join(column.split())
        found[name] = column
        if others := [f"'{new}'" for new, same in table.twins.items() if same == column]:
            unsure.append(f"{name}: several columns are named '{column}'; the first was used ({', '.join(others)} for another)")
    for one in fields:
        if one.name in found:
            continue
        free = [h for h in headers if h not in found.values()]
        fits = _fitting(table, one, free)
        years = {h: max((int(y) for y in re.findall(r"(?:19|20)\d\d", h)), default=0) for h in fits}
        whole = {h: not one.name.startswith("deprivation") or bool(WHOLE_INDEX.search(normal(h))) for h in fits}
        fits.sort(key=lambda h: (not whole[h], -years[h]))  # a whole index before its domains, then the latest year
        if len(fits) > 1:
            unsure.append(f"'{fits[0]}' was read as {one.description}; {', '.join(repr(h) for h in fits[1:4])} would fit too")
        if fits:
            found[one.name] = fits[0]
    return Columns(found, [h for h in headers if h not in found.values()], unsure)


def _unknown(
    table: TextTable, known: Mapping[str, Field], headers: Sequence[str], given: Mapping[str, str], asked: str
) -> list[str]:
    """Return what is wrong with given fields and columns, all of it."""
    problems = []
    for name, column in given.items():
        column = " ".join(column.split())
        if name not in known:
            problems.append(f"{asked}: unknown field '{name}'; {nearest(name, known)}")
        elif column not in headers:
            problems.append(f"{asked}: {name}: {table.path.name} has no column '{column}'; {nearest(column, headers)}")
    return problems


def _fitting(table: TextTable, one: Field, headers: Sequence[str]) -> list[str]:
    """Return the columns that may hold a field: by what is in them, else by their names; names of things before their codes."""
    called = {h: normal(table.twins.get(h, h)) for h in headers}
    fits = [h for h in headers if re.fullmatch(one.pattern, called[h])]
    if one.cells:
        given = {h: table.frame[h][table.frame[h] != ""] for h in headers if h in fits or re.fullmatch(CODES, called[h])}
        held = [h for h, cells in given.items() if len(cells) and are_whole(cells, one.cells).mean() > 0.9]
        return held or fits
    named = [h for h in fits if not re.search(r"(?:code|cd)\b", called[h])]
    return named if one.name == "ward" and named else fits


def pairs(texts: Sequence[str], option: str, empty: bool = False) -> dict[str, str]:
    """Return `field=Column` texts as a mapping.

    Args:
        empty: whether nothing may be behind the `=`.

    Raises:
        InputError: a text without `=`, or a field given twice.
    """
    found: dict[str, str] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or not name.strip() or not (empty or value.strip()):
            raise InputError(f"{option}: '{text}'; allowed: NAME=VALUE")
        if name.strip() in found:
            raise InputError(f"{option}: '{name.strip()}' is given twice")
        found[name.strip()] = value.strip()
    return found
