"""The table of cmi5 course structures (cmi5 13.1)."""

from scorm_packager.check.grammar import read_table
from scorm_packager.namespaces import CMI5

MOVE_ON = ("NotApplicable", "Passed", "Completed", "CompletedAndPassed", "CompletedOrPassed")

COURSE_STRUCTURE = read_table(
    CMI5,
    f"""
courseStructure: course objectives? (au|block)+ any* @*lax
course: title:Text description:Text any* @id=uri! @*lax
objectives: objective+ any* @*lax
objective: ~ title:Text description:Text @id=uri!
block: title:Text description:Text objectives:References? (au|block)+ any* @id=uri! @*lax
au: title:Text description:Text objectives:References? url launchParameters:Any? entitlementKey:Any? any* @id=uri! \
@moveOn='{"|".join(MOVE_ON)}' @masteryScore=unit @launchMethod='AnyWindow|OwnWindow' @activityType=text @*lax
References: objective:Reference+ any* @*lax
Reference: @idref=uri
url: #uri1
Any: #anything
Text: langstring+ any* @*lax
langstring: #text @lang=language @*lax
""",
    roots="courseStructure",
)
