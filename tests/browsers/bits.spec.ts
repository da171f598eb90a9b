// A seed gives the same bits in every browser, and whoever computes them.
import { hashParameters } from "../page/page";
import { expect, openPage, test } from "./test";

const RUN = { preset: "lenet5", seed: 5, backend: "cpu", batch_size: 50 } as const;
const STEPS = 60;
/**
 * The hash of the parameters after this run, which is the command line's too. A change of the arithmetic changes it, as
 * it changes the bits in tests/shared/bits.rs.
 */
const BITS = "60fd2554b29dc24242f1ee410801aa4b2bc6c6f7aa9f06c81d678d9af8ab55c7";

test("the same seed gives the same bits, with one worker and with two", async ({ driven, baseURL }) => {
  await openPage(driven, String(baseURL));
  for (const workers of [1, 2]) {
    await driven.run((run) => window.lenet.configure(run), { ...RUN, workers });
    const status = await driven.run((steps) => window.lenet.train({ steps }), STEPS);
    expect(status).toMatchObject({ step: STEPS, workers });
    expect(await driven.run(hashParameters)).toBe(BITS);
  }
});
