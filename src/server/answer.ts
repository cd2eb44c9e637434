import {
  type AccessQuestion,
  type Answer,
  answerTo,
  needsAccess,
  readEnvelope,
  type Surroundings,
} from "../admission/answer.ts";
import { type KubeObject, nameOf, namespaceOf, type World } from "../model/world.ts";
import type { Webhook } from "./webhook.ts";

/** A verdict that nobody can give now: the API server's own failurePolicy decides. */
export class Undecided extends Error {}

type Ask = (question: AccessQuestion) => Promise<readonly string[]>;

/** Answers the text of a request, at once where nobody has to be asked what the requester may do. */
export function makeAnswer(
  surroundings: Surroundings,
  access?: Ask,
): (webhook: Webhook, text: string) => Promise<Answer> {
  return async (webhook, text) => {
    const envelope = readEnvelope(text);
    const question = access && needsAccess(webhook, envelope);
    if (!question) return answerTo(webhook, envelope, surroundings);
    const denied = await asked(access, question);
    return answerTo(webhook, envelope, {
      ...surroundings,
      world: withAccess(surroundings.world, question.object, denied),
    });
  };
}

async function asked(access: Ask, question: AccessQuestion): Promise<readonly string[]> {
  try {
    return await access(question);
  } catch (error) {
    throw new Undecided(error instanceof Error ? error.message : String(error));
  }
}

/** The world, and in it the fact about this one request. */
function withAccess(world: World, object: KubeObject, denied: readonly string[]): World {
  const fact: KubeObject = { status: { allowed: denied.length === 0, denied } };
  return {
    get: (kind, namespace, name) =>
      kind === "SubjectAccessReview" && namespace === namespaceOf(object) && name === nameOf(object)
        ? fact
        : world.get(kind, namespace, name),
    find: (index, key) => world.find(index, key),
  };
}
