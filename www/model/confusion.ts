// The arithmetic of a confusion matrix: a row for each label, a column for each answer. Pure.

export type Confusion = readonly (readonly number[])[];

const DIGITS = 10;

export const count = (matrix: Confusion, label: number, predicted: number): number => matrix[label]?.[predicted] ?? 0;

/** Of images whose labels and answers are known. */
export function confusionOf(labels: Uint8Array, predicted: Uint8Array): Confusion {
  const matrix = Array.from({ length: DIGITS }, () => new Array<number>(DIGITS).fill(0));
  for (const [i, label] of labels.entries()) {
    const row = matrix[label];
    const answer = predicted[i];
    if (row !== undefined && answer !== undefined) row[answer] = (row[answer] ?? 0) + 1;
  }
  return matrix;
}

/** How many images have this label. */
export function labelled(matrix: Confusion, label: number): number {
  return (matrix[label] ?? []).reduce((sum, images) => sum + images, 0);
}

/** How many were read as this. */
export function read(matrix: Confusion, predicted: number): number {
  return matrix.reduce((sum, row) => sum + (row[predicted] ?? 0), 0);
}

/** Of a label's images, the share that was read so; NaN where there are none. */
export const shareOf = (matrix: Confusion, label: number, predicted: number): number =>
  count(matrix, label, predicted) / labelled(matrix, label);

/** Of a label's images, the share that was read right. */
export const recall = (matrix: Confusion, label: number): number => shareOf(matrix, label, label);

/** Of those read as a digit, the share that is one; NaN where nothing was. */
export const precision = (matrix: Confusion, predicted: number): number =>
  count(matrix, predicted, predicted) / read(matrix, predicted);

/** How many images there are, and how many were read right. */
export function totals(matrix: Confusion): { images: number; right: number } {
  return {
    images: matrix.reduce((sum, _, label) => sum + labelled(matrix, label), 0),
    right: matrix.reduce((sum, row, label) => sum + (row[label] ?? 0), 0),
  };
}

/** The mistakes that happen most, first. */
export function worst(matrix: Confusion, most: number): { label: number; predicted: number; images: number }[] {
  return matrix
    .flatMap((row, label) => row.map((images, predicted) => ({ label, predicted, images })))
    .filter(({ label, predicted, images }) => label !== predicted && images > 0)
    .sort((a, b) => b.images - a.images)
    .slice(0, most);
}

/** The least round share that no share of `shares` exceeds: where a colour scale ends. */
export function ceiling(shares: number[]): number {
  const most = Math.max(0, ...shares.filter(Number.isFinite));
  return [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5].find((round) => most <= round) ?? 1;
}
