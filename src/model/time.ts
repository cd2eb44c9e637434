const rfc3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?(?:Z|([+-])(\d\d):(\d\d))$/;

/** Seconds since 1970 of an RFC 3339 time as Go reads it, or undefined where `text` is none. */
export function parseTime(text: string): number | undefined {
  const match = rfc3339.exec(text);
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const [offsetHour = 0, offsetMinute = 0] = match.slice(9).map((digits) => Number(digits ?? 0));
  const isDate = month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month);
  const isClock = hour <= 23 && minute <= 59 && second <= 59 && offsetHour <= 23 && offsetMinute <= 59;
  if (!isDate || !isClock) return undefined;
  const offset = (match[8] === "-" ? -60 : 60) * (offsetHour * 60 + offsetMinute);
  const clock = hour * 3600 + minute * 60 + second + Number(`0${match[7] ?? ""}`);
  return daysSince1970(year, month, day) * 86400 + clock - offset;
}

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

const daysOf = (year: number, month: number): number =>
  month === 2 && isLeap(year) ? 29 : ([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0);

const leapDaysBefore = (year: number): number =>
  Math.floor((year - 1) / 4) - Math.floor((year - 1) / 100) + Math.floor((year - 1) / 400);

function daysSince1970(year: number, month: number, day: number): number {
  let days = (year - 1970) * 365 + leapDaysBefore(year) - leapDaysBefore(1970) + day - 1;
  for (let earlier = 1; earlier < month; earlier++) days += daysOf(year, earlier);
  return days;
}

const pad = (value: number): string => String(value).padStart(2, "0");

/** RFC 3339 in UTC, whole seconds, as Kubernetes writes times. */
export function formatTime(seconds: number): string {
  const days = Math.floor(seconds / 86400);
  const clock = Math.floor(seconds) - days * 86400;
  const { year, month, day } = dateOf(days);
  return `${year}-${pad(month)}-${pad(day)}T${pad(Math.floor(clock / 3600))}:${pad(Math.floor(clock / 60) % 60)}:${pad(clock % 60)}Z`;
}

/** The date of a day since 1970, in years that begin in March (H. Hinnant: chrono-compatible low-level date algorithms). */
function dateOf(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719468;
  const era = Math.floor(shifted / 146097);
  const ofEra = shifted - era * 146097;
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36524) - Math.floor(ofEra / 146096)) / 365,
  );
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * ofYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: ofYear - Math.floor((153 * marchMonth + 2) / 5) + 1,
  };
}
