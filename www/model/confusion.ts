// The arithmetic of a confusion matrix, which has a row for each label and a column for each predicted class. Pure.

export type Confusion = readonly (readonly number[])[];

export const count = (matrix: Confusion, label: number, predicted: number): number => matrix[label]?.[predicted] ?? 0;

/** The matrix of images with these labels and predictions. */
export function confusionOf(labels: Uint8Array, predicted: Uint8Array, classes: number): Confusion {
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (const [i, label] of labels.entries()) {
    const row = matrix[label];
    const column = predicted[i];
    if (row !== undefined && column !== undefined) row[column] = (row[column] ?? 0) + 1;
  }
  return matrix;
}

/** The number of images with this label. */
export function labelled(matrix: Confusion, label: number): number {
  return (matrix[label] ?? []).reduce((sum, images) => sum + images, 0);
}

/** The number of images predicted as this class. */
export function predictedAs(matrix: Confusion, predicted: number): number {
  return matrix.reduce((sum, row) => sum + (row[predicted] ?? 0), 0);
}

/** The share of a label's images that were predicted as this class; NaN if there are none. */
export const shareOf = (matrix: Confusion, label: number, predicted: number): number =>
  count(matrix, label, predicted) / labelled(matrix, label);

/** The share of a label's images that were predicted correctly. */
export const recall = (matrix: Confusion, label: number): number => shareOf(matrix, label, label);

/** The share of the images predicted as this class that have its label; NaN if there are none. */
export const precision = (matrix: Confusion, predicted: number): number =>
  count(matrix, predicted, predicted) / predictedAs(matrix, predicted);

/** The number of images, and of those predicted correctly. */
export function totals(matrix: Confusion): { images: number; correct: number } {
  return {
    images: matrix.reduce((sum, _, label) => sum + labelled(matrix, label), 0),
    correct: matrix.reduce((sum, row, label) => sum + (row[label] ?? 0), 0),
  };
}

/** The `count` most frequent mistakes, the most frequent first. */
export function worst(matrix: Confusion, count: number): { label: number; predicted: number; images: number }[] {
  return matrix
    .flatMap((row, label) => row.map((images, predicted) => ({ label, predicted, images })))
    .filter(({ label, predicted, images }) => label !== predicted && images > 0)
    .sort((a, b) => b.images - a.images)
    .slice(0, count);
}

/** The smallest round share that no share of `shares` exceeds; a colour scale ends there. */
export function ceiling(shares: number[]): number {
  const largest = Math.max(0, ...shares.filter(Number.isFinite));
  return [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5].find((round) => largest <= round) ?? 1;
}
