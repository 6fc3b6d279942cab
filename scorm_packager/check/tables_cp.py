"""The tables of content packaging and of ADL's additions, in SCORM 1.2 and in SCORM 2004."""

from scorm_packager.check.grammar import Vocabulary, read_table
from scorm_packager.formats.scorm12_manifest import ADLCP, CP
from scorm_packager.namespaces import ADLCP2004, ADLNAV, ADLSEQ, CP2004, XML

CP12 = read_table(
    CP,
    """
manifest: metadata? organizations resources manifest* any!* @identifier=id! @version=text20 @xml:base=uri @*strict
metadata: schema? schemaversion? any!*
schema: #text100
schemaversion: #text20
organizations: organization* any!* @default=ncname @*strict
organization: title? item* metadata? any!* @identifier=id! @structure=text200 @*strict
item: title? item* metadata? any!* @identifier=id! @identifierref=text2000 @isvisible=boolean \
@parameters=text1000 @*strict
title: #text200
resources: resource* any!* @xml:base=uri @*strict
resource: metadata? file* dependency* any!* @identifier=id! @type=text1000! @xml:base=uri @href=uri2000 @*strict
file: metadata? any!* @href=uri2000! @*strict
dependency: any!* @identifierref=text2000! @*strict
""",
)
ADLCP12 = read_table(
    ADLCP,
    """
location: #text2000
prerequisites: #text200 @type=(aicc_script)!
maxtimeallowed: #text13
timelimitaction: #'exit,no_message|exit,message|continue,no_message|continue,message'
datafromlms: #text255
masteryscore: #text200
schema: #'ADL_SCORM'
schemaversion: #'1.2'
""",
    attributes="scormtype='asset|sco'",
)


def _cp2004(mode: str, items: str) -> Vocabulary:
    """Editions differ in whether elements and attributes of other namespaces must be known."""
    other, foreign = ("any!*", "@*strict") if mode == "strict" else ("any*", "@*lax")
    on_metadata = "" if mode == "strict" else foreign
    return read_table(
        CP2004,
        f"""
manifest: metadata? organizations resources manifest* {other} @identifier=id! @version=text @xml:base=uri {foreign}
metadata: schema? schemaversion? {other} {on_metadata}
schema: #text
schemaversion: #text
organizations: organization* {other} @default=ncname {foreign}
organization: title? item{items} metadata? {other} @identifier=id! @structure=text {foreign}
item: title? item* metadata? {other} @identifier=id! @identifierref=text @isvisible=boolean @parameters=text {foreign}
title: #text
resources: resource* {other} @xml:base=uri {foreign}
resource: metadata? file* dependency* {other} @identifier=id! @type=text! @xml:base=uri @href=uri {foreign}
file: metadata? {other} @href=uri! {foreign}
dependency: {other} @identifierref=text! @*strict
""",
    )


CP_3 = _cp2004("strict", "*")
CP_4 = _cp2004("lax", "+")
_ADLCP = """
location: #uri
dataFromLMS: #text
timeLimitAction: #'exit,no_message|exit,message|continue,no_message|continue,message'
"""
ADLCP_3 = read_table(
    ADLCP2004,
    f"{_ADLCP}completionThreshold: #unit",
    attributes="scormType='asset|sco'",
)
ADLCP_4 = read_table(
    ADLCP2004,
    f"""{_ADLCP}
completionThreshold: #text @completedByMeasure=boolean @minProgressMeasure=unit @progressWeight=unit
data: map+
map: @targetID=uri! @readSharedData=boolean @writeSharedData=boolean
""",
    attributes="scormType='asset|sco' sharedDataGlobalToSystem=boolean",
)
_ADLSEQ = """
constrainedChoiceConsiderations: @preventActivation=boolean @constrainChoice=boolean
rollupConsiderations: @requiredForSatisfied=WHEN @requiredForNotSatisfied=WHEN @requiredForCompleted=WHEN \
@requiredForIncomplete=WHEN @measureSatisfactionIfActive=boolean
""".replace("WHEN", "(always|ifAttempted|ifNotSkipped|ifNotSuspended)")
ADLSEQ_3 = read_table(ADLSEQ, _ADLSEQ, attributes="objectivesGlobalToSystem=boolean")
ADLSEQ_4 = read_table(
    ADLSEQ,
    f"""{_ADLSEQ}
objectives: objective+
objective: mapInfo+ @objectiveID=uri!
mapInfo: @targetObjectiveID=uri! @readRawScore=boolean @readMinScore=boolean @readMaxScore=boolean \
@readCompletionStatus=boolean @readProgressMeasure=boolean @writeRawScore=boolean @writeMinScore=boolean \
@writeMaxScore=boolean @writeCompletionStatus=boolean @writeProgressMeasure=boolean
""",
    attributes="objectivesGlobalToSystem=boolean",
)
NAVIGATION = read_table(
    ADLNAV,
    """
presentation: navigationInterface?
navigationInterface: hideLMSUI*
hideLMSUI: #(abandon|continue|exit|previous|suspendAll|exitAll|abandonAll)
""",
)
XML_12 = read_table(XML, "", roots="-", attributes="base=uri lang=language link=text")
XML_ATTRIBUTES = read_table(XML, "", roots="-", attributes="base=uri lang=language space=(default|preserve)")


def cartridge_table(namespace: str) -> Vocabulary:
    """Common Cartridge's profile of content packaging, in the namespace of its version.

    Only the manifest's own metadata must name its schema; that of a part holds what it likes, as a rule the roles it is
    meant for.
    """
    return read_table(
        namespace,
        """
manifest: metadata organizations resources manifest* any* @identifier=id! @version=text @xml:base=uri @*lax
metadata: schema schemaversion any* @*lax
details: schema? schemaversion? any* @*lax
schema: #text
schemaversion: #text
organizations: organization* any* @default=ncname @*lax
organization: title? item* metadata:details? any* @identifier=id! @structure=text @*lax
item: title? item* metadata:details? any* @identifier=id! @identifierref=text @isvisible=boolean @parameters=text @*lax
title: #text
resources: resource* any* @xml:base=uri @*lax
resource: metadata:details? file* dependency* variant* any* @identifier=id! @type=text! @xml:base=uri @href=uri \
@intendeduse=text @protected=boolean @*lax
variant: metadata:details? any* @identifier=text @identifierref=text @*lax
file: metadata:details? any* @href=uri! @*lax
dependency: any* @identifierref=text! @*lax
""",
    )
