"""The table of IMS simple sequencing, as SCORM 2004 uses it in all its editions."""

from scorm_packager.check.grammar import read_table
from scorm_packager.namespaces import IMSSS

SEQUENCING = read_table(
    IMSSS,
    """
sequencing: controlMode? sequencingRules? limitConditions? auxiliaryResources? rollupRules? objectives? \
randomizationControls? deliveryControls? any!* @ID=id @IDRef=ncname
sequencingCollection: sequencing+
controlMode: @choice=boolean @choiceExit=boolean @flow=boolean @forwardOnly=boolean \
@useCurrentAttemptObjectiveInfo=boolean @useCurrentAttemptProgressInfo=boolean
sequencingRules: preConditionRule* exitConditionRule* postConditionRule*
preConditionRule: ruleConditions? ruleAction:preAction
exitConditionRule: ruleConditions? ruleAction:exitAction
postConditionRule: ruleConditions? ruleAction:postAction
ruleConditions: ruleCondition+ @conditionCombination=(all|any)
ruleCondition: @referencedObjective=uri @measureThreshold=signed @operator=(not|noOp) \
@condition=(satisfied|objectiveStatusKnown|objectiveMeasureKnown|objectiveMeasureGreaterThan|objectiveMeasureLessThan\
|completed|activityProgressKnown|attempted|attemptLimitExceeded|timeLimitExceeded|outsideAvailableTimeRange|always)!
preAction: @action=(skip|disabled|hiddenFromChoice|stopForwardTraversal)!
exitAction: @action=(exit)!
postAction: @action=(exitParent|exitAll|retry|retryAll|continue|previous)!
limitConditions: @attemptLimit=count @attemptAbsoluteDurationLimit=duration @attemptExperiencedDurationLimit=duration \
@activityAbsoluteDurationLimit=duration @activityExperiencedDurationLimit=duration @beginTimeLimit=datetime \
@endTimeLimit=datetime
auxiliaryResources: auxiliaryResource*
auxiliaryResource: @auxiliaryResourceID=uri! @purpose=text!
rollupRules: rollupRule* @rollupObjectiveSatisfied=boolean @rollupProgressCompletion=boolean \
@objectiveMeasureWeight=unit
rollupRule: rollupConditions rollupAction @childActivitySet=(all|any|none|atLeastCount|atLeastPercent) \
@minimumCount=count @minimumPercent=unit
rollupConditions: rollupCondition+ @conditionCombination=(all|any)
rollupCondition: @operator=(not|noOp) \
@condition=(satisfied|objectiveStatusKnown|objectiveMeasureKnown|completed|activityProgressKnown|attempted\
|attemptLimitExceeded|timeLimitExceeded|outsideAvailableTimeRange)!
rollupAction: @action=(satisfied|notSatisfied|completed|incomplete)!
objectives: primaryObjective objective*
primaryObjective: minNormalizedMeasure? mapInfo* @satisfiedByMeasure=boolean @objectiveID=uri
objective: minNormalizedMeasure? mapInfo* @satisfiedByMeasure=boolean @objectiveID=uri!
minNormalizedMeasure: #measure
mapInfo: @targetObjectiveID=uri! @readSatisfiedStatus=boolean @readNormalizedMeasure=boolean \
@writeSatisfiedStatus=boolean @writeNormalizedMeasure=boolean
randomizationControls: @randomizationTiming=(never|once|onEachNewAttempt) @selectCount=count \
@reorderChildren=boolean @selectionTiming=(never|once|onEachNewAttempt)
deliveryControls: @tracked=boolean @completionSetByContent=boolean @objectiveSetByContent=boolean
""",
    roots="sequencing sequencingCollection",
)
