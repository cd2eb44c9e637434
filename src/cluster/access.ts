import { canaryComponents, readApplication } from "../model/application.ts";
import { derivedNames } from "../model/derived.ts";
import { asFlag, asText, at, canonical, type JsonObject, own } from "../model/json.ts";
import { type KubeObject, namespaceOf } from "../model/world.ts";
import { type Api, ApiError, asApiError } from "./api.ts";
import { type Clock, systemClock } from "./clock.ts";
import { collectionPath, resources } from "./resources.ts";

/** Whether a requester may do what an Application implies, and what of it not. */
export interface Access {
  readonly allowed: boolean;
  /** `create deployments.apps`, in the words of `kubectl auth can-i`. */
  readonly denied: readonly string[];
}

export interface Question {
  readonly verb: "create" | "patch";
  readonly group: string;
  readonly resource: string;
}

const verbs = ["create", "patch"] as const;
const cachedFor = 10_000;
const deadline = 1000;
const maxAnswers = 10_000;

/** What the controller will do for an Application, each once; the derived kinds are few, however many components it has. */
export function impliedBy(object: KubeObject): readonly Question[] {
  const app = readApplication(object);
  const kinds = new Set(app.components.flatMap((component) => derivedNames(app, component)).map(({ kind }) => kind));
  const workloads = canaryComponents(app).length > 0 ? ["Deployment" as const] : [];
  return [...new Set([...kinds, ...workloads])].flatMap((kind) =>
    verbs.map((verb) => ({ verb, group: resources[kind].group, resource: resources[kind].plural })),
  );
}

interface Answer {
  readonly allowed: Promise<boolean>;
  readonly askedAt: number;
}

/** SubjectAccessReviews for those who change Applications. */
export class AccessReviews {
  private readonly api: Api;
  private readonly clock: Clock;
  private readonly answers = new Map<string, Answer>();

  constructor(api: Api, clock: Clock = systemClock) {
    this.api = api;
    this.clock = clock;
  }

  /**
   * The facts about `userInfo` (authentication.k8s.io/v1, as an AdmissionReview has it) for that Application. Without an
   * answer to every question in time it throws: nobody knows, so nobody is let in.
   */
  async review(application: KubeObject, userInfo: JsonObject): Promise<Access> {
    const namespace = namespaceOf(application);
    const questions = impliedBy(application);
    const requester = requesterOf(userInfo);
    const asker = canonical({ namespace, requester });
    const answers = await Promise.all(
      questions.map((question) => {
        const { verb, group, resource } = question;
        return this.ask(`${asker} ${described(question)}`, () => ({
          ...requester,
          resourceAttributes: { namespace, verb, group, resource },
        }));
      }),
    );
    const denied = questions.filter((_, i) => !answers[i]).map(described);
    return { allowed: denied.length === 0, denied };
  }

  private ask(key: string, spec: () => JsonObject): Promise<boolean> {
    const known = this.answers.get(key);
    if (known && this.clock.now() - known.askedAt < cachedFor) return known.allowed;
    const answer = { allowed: this.send(spec()), askedAt: this.clock.now() };
    this.forget();
    this.answers.delete(key);
    this.answers.set(key, answer);
    answer.allowed.catch(() => {
      if (this.answers.get(key) === answer) this.answers.delete(key);
    });
    return answer.allowed;
  }

  /** The oldest come first. */
  private forget(): void {
    for (const [key, { askedAt }] of this.answers) {
      if (this.answers.size < maxAnswers && this.clock.now() - askedAt < cachedFor) return;
      this.answers.delete(key);
    }
  }

  private async send(spec: JsonObject): Promise<boolean> {
    const body = { apiVersion: "authorization.k8s.io/v1", kind: "SubjectAccessReview", spec };
    const path = collectionPath(resources.SubjectAccessReview);
    try {
      const review = await this.api.call({ method: "POST", path, body, deadline, isUrgent: true });
      const allowed = asFlag(at(review, "status", "allowed"));
      if (allowed === undefined) throw new Error("the answer does not say whether it is allowed");
      return allowed;
    } catch (error) {
      const { status, reason, message } = asApiError(error);
      throw new ApiError({ status, reason, message: `authorization could not be checked: ${message}` });
    }
  }
}

const described = ({ verb, group, resource }: Question): string =>
  `${verb} ${group === "" ? resource : `${resource}.${group}`}`;

/** The requester as the API server knows him: groups and extra fields come unchanged. */
function requesterOf(userInfo: JsonObject): JsonObject {
  const given = (key: string): JsonObject => {
    const value = own(userInfo, key);
    return value === undefined ? {} : { [key]: value };
  };
  return { user: asText(own(userInfo, "username")) ?? "", ...given("uid"), ...given("groups"), ...given("extra") };
}
