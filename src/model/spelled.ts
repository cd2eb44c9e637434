import { sum } from "./application.ts";
import { quote } from "./shape.ts";

/** `1+2`; of a long list only the beginning. */
export const spelledTerms = (numbers: readonly number[]): string =>
  numbers.slice(0, 10).join("+") + (numbers.length > 10 ? "+..." : "");

/** A sum and how it comes about: `3 (1+2)`. */
export const spelledSum = (numbers: readonly number[]): string => `${sum(numbers)} (${spelledTerms(numbers)})`;

/** `reviews-v1, reviews-v2`; of a long list only the end. For names that exist, so that they need no quotes. */
export const spelledList = (names: readonly string[]): string =>
  (names.length > 10 ? "..., " : "") + names.slice(-10).join(", ");

/** `"reviews-v1", "reviews-v2"`; of a long list only the end. */
export const spelledNames = (names: readonly string[]): string => spelledList(names.map(quote));
