import applicationFieldsAreKnown from "./application-fields-are-known.ts";
import applicationHasComponents from "./application-has-components.ts";
import applicationIsOfBoundedSize from "./application-is-of-bounded-size.ts";
import applicationIsReconciled from "./application-is-reconciled.ts";
import applicationIsWellFormed from "./application-is-well-formed.ts";
import applicationMetadataIsWellFormed from "./application-metadata-is-well-formed.ts";
import applicationNameFitsALabel from "./application-name-fits-a-label.ts";
import applicationVersionIsServed from "./application-version-is-served.ts";
import appliedComponentExists from "./applied-component-exists.ts";
import appliedComponentHasNoCanarySteps from "./applied-component-has-no-canary-steps.ts";
import applyStepPrecedesCanarySteps from "./apply-step-precedes-canary-steps.ts";
import autoscalerIsSound from "./autoscaler-is-sound.ts";
import batchPartitionIsAnIndex from "./batch-partition-is-an-index.ts";
import batchReplicasAreNumbers from "./batch-replicas-are-numbers.ts";
import batchesAreListed from "./batches-are-listed.ts";
import batchesCoverTargetSize from "./batches-cover-target-size.ts";
import batchesCoverTheResize from "./batches-cover-the-resize.ts";
import batchesMovePods from "./batches-move-pods.ts";
import canaryComponentHasAService from "./canary-component-has-a-service.ts";
import canaryImageIsPinned from "./canary-image-is-pinned.ts";
import canaryStepIsComplete from "./canary-step-is-complete.ts";
import canaryStepsAreOrdered from "./canary-steps-are-ordered.ts";
import canaryTrafficHasOnePort from "./canary-traffic-has-one-port.ts";
import changeHasCanarySteps from "./change-has-canary-steps.ts";
import componentBelongsToOneApplication from "./component-belongs-to-one-application.ts";
import componentDependenciesAreAcyclic from "./component-dependencies-are-acyclic.ts";
import componentNameIsAServiceName from "./component-name-is-a-service-name.ts";
import componentNameIsNoRevisionName from "./component-name-is-no-revision-name.ts";
import componentNamesAreDistinct from "./component-names-are-distinct.ts";
import componentPropertiesAreKnown from "./component-properties-are-known.ts";
import componentPropertiesHaveTheirTypes from "./component-properties-have-their-types.ts";
import componentStaysWhileRolling from "./component-stays-while-rolling.ts";
import componentTypeIsFixed from "./component-type-is-fixed.ts";
import componentTypeIsSupported from "./component-type-is-supported.ts";
import conditionIsSupported from "./condition-is-supported.ts";
import containerPortsAreValid from "./container-ports-are-valid.ts";
import contentIsNew from "./content-is-new.ts";
import dataIsNotPassed from "./data-is-not-passed.ts";
import derivedNamesFit from "./derived-names-fit.ts";
import derivedObjectsAreOurs from "./derived-objects-are-ours.ts";
import envEntriesAreValid from "./env-entries-are-valid.ts";
import envNamesAreDistinct from "./env-names-are-distinct.ts";
import exposeIsAService from "./expose-is-a-service.ts";
import externalRevisionIsAName from "./external-revision-is-a-name.ts";
import externalRevisionIsFree from "./external-revision-is-free.ts";
import gatewayHostIsExternal from "./gateway-host-is-external.ts";
import gatewayHostIsSpecific from "./gateway-host-is-specific.ts";
import gatewayPortHasAService from "./gateway-port-has-a-service.ts";
import gatewayRoutesAreComplete from "./gateway-routes-are-complete.ts";
import gatewayRoutesAreDistinct from "./gateway-routes-are-distinct.ts";
import gatewayRoutesAreUnclaimed from "./gateway-routes-are-unclaimed.ts";
import gatewayRoutesDoNotOverlap from "./gateway-routes-do-not-overlap.ts";
import gatewayRoutesLeaveRoom from "./gateway-routes-leave-room.ts";
import hostAliasesAreAddresses from "./host-aliases-are-addresses.ts";
import identityIsNotClaimed from "./identity-is-not-claimed.ts";
import imageIsAReference from "./image-is-a-reference.ts";
import istioIsInstalled from "./istio-is-installed.ts";
import lastBatchMovesPods from "./last-batch-moves-pods.ts";
import lastBatchTakesAllTraffic from "./last-batch-takes-all-traffic.ts";
import leftoverWorkflowIsRemoved from "./leftover-workflow-is-removed.ts";
import modeIsKnown from "./mode-is-known.ts";
import namespaceAllowsInjection from "./namespace-allows-injection.ts";
import newRevisionIsRouted from "./new-revision-is-routed.ts";
import oneControllerActs from "./one-controller-acts.ts";
import partitionIsWithinBatches from "./partition-is-within-batches.ts";
import partitionNeverRetreats from "./partition-never-retreats.ts";
import partitionsNeverShrink from "./partitions-never-shrink.ts";
import podMetadataIsNotReserved from "./pod-metadata-is-not-reserved.ts";
import podPrivilegesAreUntouched from "./pod-privileges-are-untouched.ts";
import policiesAreComplete from "./policies-are-complete.ts";
import policiesAreSupported from "./policies-are-supported.ts";
import policiesHaveEffect from "./policies-have-effect.ts";
import previousApplyIsRecorded from "./previous-apply-is-recorded.ts";
import probesHaveOneHandler from "./probes-have-one-handler.ts";
import propertiesAreInTheVocabulary from "./properties-are-in-the-vocabulary.ts";
import propertiesTakeEffect from "./properties-take-effect.ts";
import publishVersionExcludesAutoUpdate from "./publish-version-excludes-auto-update.ts";
import publishVersionIsAName from "./publish-version-is-a-name.ts";
import publishVersionMovesWithTheSpec from "./publish-version-moves-with-the-spec.ts";
import pullSecretsAreNames from "./pull-secrets-are-names.ts";
import reconcileIntervalIsADuration from "./reconcile-interval-is-a-duration.ts";
import requesterMayDoIt from "./requester-may-do-it.ts";
import resourcesAreQuantities from "./resources-are-quantities.ts";
import restartIsATime from "./restart-is-a-time.ts";
import rollbackVersionExists from "./rollback-version-exists.ts";
import rollguardAnnotationsAreKnown from "./rollguard-annotations-are-known.ts";
import rolloutAloneSetsReplicas from "./rollout-alone-sets-replicas.ts";
import rolloutAndRollbackAreApart from "./rollout-and-rollback-are-apart.ts";
import rolloutIsForDeployments from "./rollout-is-for-deployments.ts";
import rolloutIsNotSuperseded from "./rollout-is-not-superseded.ts";
import rolloutIsOfBoundedSize from "./rollout-is-of-bounded-size.ts";
import rolloutTraitIsHandedOver from "./rollout-trait-is-handed-over.ts";
import rolloutTraitStaysWhileRolling from "./rollout-trait-stays-while-rolling.ts";
import type { Rule } from "./rule.ts";
import runBatchesAreFixed from "./run-batches-are-fixed.ts";
import scalingIsForDeployments from "./scaling-is-for-deployments.ts";
import scheduleIsACronExpression from "./schedule-is-a-cron-expression.ts";
import scopesAreUnused from "./scopes-are-unused.ts";
import serviceHasOneSource from "./service-has-one-source.ts";
import servicePortIsOpen from "./service-port-is-open.ts";
import servicePortsStayWhileRolling from "./service-ports-stay-while-rolling.ts";
import serviceSelectsItsPods from "./service-selects-its-pods.ts";
import sidecarIsNotRefused from "./sidecar-is-not-refused.ts";
import sizeIsFixedWhileRolling from "./size-is-fixed-while-rolling.ts";
import stepDependenciesAreAcyclic from "./step-dependencies-are-acyclic.ts";
import stepGroupsAreFlat from "./step-groups-are-flat.ts";
import stepNameIsAnArgument from "./step-name-is-an-argument.ts";
import stepNamesAreDistinct from "./step-names-are-distinct.ts";
import stepPartitionIsWithinBatches from "./step-partition-is-within-batches.ts";
import stepPropertiesHaveTheirTypes from "./step-properties-have-their-types.ts";
import stepRevisionsAreDistinct from "./step-revisions-are-distinct.ts";
import stepRevisionsExist from "./step-revisions-exist.ts";
import stepRoutesOneCanaryComponent from "./step-routes-one-canary-component.ts";
import stepRoutesStableAndTarget from "./step-routes-stable-and-target.ts";
import stepTypeIsSupported from "./step-type-is-supported.ts";
import suspendDurationIsADuration from "./suspend-duration-is-a-duration.ts";
import suspendFollowsAStep from "./suspend-follows-a-step.ts";
import suspendHasASuccessor from "./suspend-has-a-successor.ts";
import suspendIsShort from "./suspend-is-short.ts";
import targetRevisionExists from "./target-revision-exists.ts";
import targetRevisionIsNotPinned from "./target-revision-is-not-pinned.ts";
import targetRevisionIsOfTheComponent from "./target-revision-is-of-the-component.ts";
import targetSizeIsANumber from "./target-size-is-a-number.ts";
import targetSizeIsPositive from "./target-size-is-positive.ts";
import taskIsUnchanged from "./task-is-unchanged.ts";
import timeoutIsADuration from "./timeout-is-a-duration.ts";
import trafficFitsPods from "./traffic-fits-pods.ts";
import traitPartitionIsInForce from "./trait-partition-is-in-force.ts";
import traitPropertiesHaveTheirTypes from "./trait-properties-have-their-types.ts";
import traitTypeIsSupported from "./trait-type-is-supported.ts";
import traitsAreSingular from "./traits-are-singular.ts";
import upgradeDoesNotGrow from "./upgrade-does-not-grow.ts";
import upgradeDoesNotShrink from "./upgrade-does-not-shrink.ts";
import volumesAreComplete from "./volumes-are-complete.ts";
import waitingWorkflowIsKept from "./waiting-workflow-is-kept.ts";
import weightFollowsPods from "./weight-follows-pods.ts";
import weightedPortsAreHttp from "./weighted-ports-are-http.ts";
import weightsArePercentages from "./weights-are-percentages.ts";
import weightsNeverShrink from "./weights-never-shrink.ts";
import weightsTotal100 from "./weights-total-100.ts";
import workflowDeploysEveryComponent from "./workflow-deploys-every-component.ts";
import workflowFinishesTheRollout from "./workflow-finishes-the-rollout.ts";
import workflowIsInline from "./workflow-is-inline.ts";

/**
 * Every rule. Warnings are shown in this order, so what changes most for the user stands first. What a rule refuses
 * silences what later rules conclude from it, so form stands before meaning.
 */
export const rules: readonly Rule[] = [
  applicationVersionIsServed,
  applicationIsOfBoundedSize,
  waitingWorkflowIsKept,
  rolloutIsNotSuperseded,
  publishVersionMovesWithTheSpec,
  applicationIsReconciled,
  targetRevisionIsNotPinned,
  contentIsNew,
  changeHasCanarySteps,
  workflowFinishesTheRollout,
  partitionIsWithinBatches,
  stepPartitionIsWithinBatches,
  leftoverWorkflowIsRemoved,
  namespaceAllowsInjection,
  applicationFieldsAreKnown,
  applicationIsWellFormed,
  applicationMetadataIsWellFormed,
  applicationNameFitsALabel,
  applicationHasComponents,
  componentNameIsAServiceName,
  componentNamesAreDistinct,
  componentNameIsNoRevisionName,
  componentTypeIsSupported,
  derivedNamesFit,
  traitTypeIsSupported,
  propertiesAreInTheVocabulary,
  componentPropertiesHaveTheirTypes,
  componentPropertiesAreKnown,
  podPrivilegesAreUntouched,
  scheduleIsACronExpression,
  imageIsAReference,
  pullSecretsAreNames,
  canaryImageIsPinned,
  containerPortsAreValid,
  propertiesTakeEffect,
  volumesAreComplete,
  resourcesAreQuantities,
  hostAliasesAreAddresses,
  probesHaveOneHandler,
  envEntriesAreValid,
  envNamesAreDistinct,
  podMetadataIsNotReserved,
  componentDependenciesAreAcyclic,
  externalRevisionIsAName,
  externalRevisionIsFree,
  componentTypeIsFixed,
  scopesAreUnused,
  traitPropertiesHaveTheirTypes,
  traitsAreSingular,
  serviceHasOneSource,
  rolloutAloneSetsReplicas,
  autoscalerIsSound,
  scalingIsForDeployments,
  rolloutIsForDeployments,
  exposeIsAService,
  servicePortIsOpen,
  weightedPortsAreHttp,
  gatewayRoutesAreComplete,
  gatewayRoutesLeaveRoom,
  gatewayHostIsExternal,
  gatewayHostIsSpecific,
  gatewayRoutesDoNotOverlap,
  gatewayPortHasAService,
  gatewayRoutesAreDistinct,
  gatewayRoutesAreUnclaimed,
  canaryTrafficHasOnePort,
  rolloutTraitStaysWhileRolling,
  rolloutTraitIsHandedOver,
  targetSizeIsANumber,
  rolloutIsOfBoundedSize,
  targetSizeIsPositive,
  batchReplicasAreNumbers,
  batchesMovePods,
  lastBatchMovesPods,
  batchesAreListed,
  batchesCoverTargetSize,
  batchesCoverTheResize,
  batchPartitionIsAnIndex,
  traitPartitionIsInForce,
  partitionNeverRetreats,
  runBatchesAreFixed,
  sizeIsFixedWhileRolling,
  upgradeDoesNotShrink,
  upgradeDoesNotGrow,
  targetRevisionIsOfTheComponent,
  targetRevisionExists,
  previousApplyIsRecorded,
  stepTypeIsSupported,
  modeIsKnown,
  stepDependenciesAreAcyclic,
  canaryStepIsComplete,
  weightsArePercentages,
  weightsTotal100,
  stepRevisionsAreDistinct,
  stepRoutesOneCanaryComponent,
  stepRoutesStableAndTarget,
  stepRevisionsExist,
  newRevisionIsRouted,
  lastBatchTakesAllTraffic,
  weightFollowsPods,
  partitionsNeverShrink,
  weightsNeverShrink,
  canaryComponentHasAService,
  servicePortsStayWhileRolling,
  canaryStepsAreOrdered,
  trafficFitsPods,
  rollbackVersionExists,
  rolloutAndRollbackAreApart,
  sidecarIsNotRefused,
  istioIsInstalled,
  stepNamesAreDistinct,
  stepNameIsAnArgument,
  stepPropertiesHaveTheirTypes,
  timeoutIsADuration,
  suspendDurationIsADuration,
  workflowIsInline,
  stepGroupsAreFlat,
  conditionIsSupported,
  dataIsNotPassed,
  suspendHasASuccessor,
  suspendFollowsAStep,
  suspendIsShort,
  appliedComponentExists,
  appliedComponentHasNoCanarySteps,
  applyStepPrecedesCanarySteps,
  workflowDeploysEveryComponent,
  taskIsUnchanged,
  publishVersionExcludesAutoUpdate,
  publishVersionIsAName,
  identityIsNotClaimed,
  restartIsATime,
  reconcileIntervalIsADuration,
  rollguardAnnotationsAreKnown,
  componentBelongsToOneApplication,
  derivedObjectsAreOurs,
  policiesAreSupported,
  policiesHaveEffect,
  policiesAreComplete,
  serviceSelectsItsPods,
  componentStaysWhileRolling,
  requesterMayDoIt,
  oneControllerActs,
];
