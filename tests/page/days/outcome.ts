// How a bad day ended.

export interface Outcome {
  kind: string;
  seed: number;
  /** Whether the run came to its end, with a smaller loss than at its beginning. */
  wentOn: boolean;
  /** Steps and evaluations that are missing from the history. */
  lost: number;
  /** Those that are in it twice. */
  twice: number;
  /** Steps, evaluations and parameters with other numbers than the undisturbed run's. */
  different: number;
  /** Whether a part of the run was on the GPU, whose numbers differ in their last digits. */
  onGpu: boolean;
  /** Why it could not come to its end. */
  why: string;
}

export const isBad = ({ wentOn, lost, twice, different }: Outcome) => !wentOn || lost + twice + different > 0;
