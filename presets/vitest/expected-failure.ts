/** What Vitest keeps of a test: `test.fails` sets it. */
interface FallibleTask {
  fails?: boolean | undefined;
}

/** As the test was defined; it may be tried several times. */
const defined = new WeakMap<object, boolean>();

/** Whether a test is expected to fail. */
export function isToFail(task: FallibleTask): boolean {
  const known = defined.get(task);
  if (known !== undefined) return known;
  defined.set(task, task.fails === true);
  return task.fails === true;
}

/** An error that is not the one that a test expects must fail it: Vitest would take any for the expected one. */
export function failAllTheSame(task: FallibleTask): void {
  task.fails = false;
}
