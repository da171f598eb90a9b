// The button that lets the network predict all test images.
import { actions, state } from "../../state";

/** Predicts all test images, and shows the step of the last time. */
export function SurveyButton({ brief = false }: { brief?: boolean }) {
  const survey = state.survey.value;
  const step = state.status.value?.step ?? 0;
  const fresh = survey !== null && survey.step === step;
  return (
    <>
      {survey !== null && !brief && (
        <span class="view-words">
          {fresh ? "by the network as it is now" : `by the network at step ${survey.step}`}
        </span>
      )}
      {!fresh && (
        <button
          type="button"
          class="small"
          disabled={state.surveying.value || state.status.value === null}
          onClick={() => actions.survey()}
        >
          {state.surveying.value
            ? "Predicting…"
            : survey === null && !brief
              ? "Predict all test images"
              : "Predict again"}
        </button>
      )}
    </>
  );
}
