"""The tables of learning object metadata: IMS MD 1.2 (SCORM 1.2) and IEEE LOM (SCORM 2004)."""

from scorm_packager.check.grammar import read_table
from scorm_packager.formats.scorm12_manifest import IMSMD
from scorm_packager.namespaces import IMSMD_OTHER, LOM

_TEXTS = """coverage description entry installationremarks keyword otherplatformrequirements title typicalagerange
version"""
_VOCABULARIES = """aggregationlevel context copyrightandotherrestrictions cost difficulty intendedenduserrole
interactivitylevel interactivitytype kind learningresourcetype name purpose role semanticdensity status structure
type"""
_VALUES = """catalog datetime format id identifier language maximumversion metadatascheme minimumversion vcard"""
_IMSMD = """
lom: general? lifecycle? metametadata? technical? educational? rights? relation* annotation* classification*
general: mixed identifier? title? catalogentry* language* description* keyword* coverage* structure? aggregationlevel? \
any!*
catalogentry: mixed catalog entry any!*
lifecycle: mixed version? status? contribute* any!*
contribute: mixed role centity* date? any!*
centity: vcard
person: vcard
date: datetime? description?
duration: datetime? description?
typicallearningtime: datetime? description?
metametadata: mixed identifier? catalogentry* contribute* metadatascheme* language? any!*
technical: mixed format* size? location* requirement* installationremarks? otherplatformrequirements? duration? any!*
requirement: mixed type? name? minimumversion? maximumversion? any!*
educational: mixed interactivitytype? learningresourcetype* interactivitylevel? semanticdensity? intendedenduserrole* \
context* typicalagerange* difficulty? typicallearningtime? description? language* any!*
rights: mixed cost? copyrightandotherrestrictions? description? any!*
relation: mixed kind? resource? any!*
resource: mixed identifier? description? catalogentry* any!*
annotation: mixed person? date? description? any!*
classification: mixed purpose? taxonpath* description? keyword* any!*
taxonpath: source? taxon?
taxon: id? entry? taxon?
source: langstring
value: langstring
langstring: #text @xml:lang=language
location: #text @type='URI|TEXT'
size: #int
"""
_IMSMD += "".join(f"{name}: langstring+\n" for name in _TEXTS.split())
_IMSMD += "".join(f"{name}: source value\n" for name in _VOCABULARIES.split())
_IMSMD += "".join(f"{name}: #text\n" for name in _VALUES.split())
METADATA_12 = read_table(IMSMD, _IMSMD)
METADATA_12_OTHER = read_table(IMSMD_OTHER, _IMSMD)

METADATA_2004 = read_table(
    LOM,
    """
lom: ~ general? lifeCycle? metaMetadata? technical? educational* rights? relation* annotation* classification* any*
general: ~ identifier* title:Text? language:languageOrNone* description:Text* keyword:Text* coverage:Text* \
structure:Vocabulary? aggregationLevel:Vocabulary? any*
identifier: ~ catalog:value? entry:value? any*
lifeCycle: ~ version:Text? status:Vocabulary? contribute* any*
contribute: ~ role:Vocabulary? entity:value* date? any*
metaMetadata: ~ identifier* contribute* metadataSchema:value* language? any*
technical: ~ format:value* size? location:value* requirement* installationRemarks:Text? \
otherPlatformRequirements:Text* duration:Duration? any*
requirement: ~ orComposite* any*
orComposite: ~ type:Vocabulary? name:Vocabulary? minimumVersion:value? maximumVersion:value? any*
educational: ~ interactivityType:Vocabulary? learningResourceType:Vocabulary* interactivityLevel:Vocabulary? \
semanticDensity:Vocabulary? intendedEndUserRole:Vocabulary* context:Vocabulary* typicalAgeRange:Text* \
difficulty:Vocabulary? typicalLearningTime:Duration? description:Text* language* any*
rights: ~ cost:Vocabulary? copyrightAndOtherRestrictions:Vocabulary? description:Text? any*
relation: ~ kind:Vocabulary? resource? any*
resource: ~ identifier* description:Text* any*
annotation: ~ entity:value? date? description:Text? any*
classification: ~ purpose:Vocabulary? taxonPath* description:Text? keyword:Text* any*
taxonPath: ~ source:Text? taxon* any*
taxon: ~ id:value? entry:Text? any*
Text: ~ string* any*
string: #text @language=language
Vocabulary: ~ source:value? value? any*
value: #text
language: #language
languageOrNone: #languageornone
date: ~ dateTime? description:Text? any*
dateTime: #lomdate
Duration: ~ duration:durationValue? description:Text? any*
durationValue: #lomduration
size: #count
""",
    roots="lom",
)
