import type { Component } from "../model/application.ts";
import type { JsonObject } from "../model/json.ts";
import type { Owner } from "./owner.ts";
import { templateOf } from "./pod-template.ts";

/** The pod template of a revision: subsets and the selector of its Deployment tell its pods by the label. */
export const revisionTemplate = (component: Component, owner: Owner, revision: string): JsonObject =>
  templateOf(component, owner, revision);
