// The button that sends all test images through the network.
import { actions, state } from "../../state";

/** Looks through all test images, and says at which step that was. */
export function SurveyButton({ brief = false }: { brief?: boolean }) {
  const survey = state.survey.value;
  const step = state.status.value?.step ?? 0;
  const fresh = survey !== null && survey.step === step;
  return (
    <>
      {survey !== null && !brief && (
        <span class="view-words">
          {fresh ? "of the network as it is now" : `of the network at step ${survey.step}`}
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
            ? "Looking…"
            : survey === null && !brief
              ? "Look through all test images"
              : "Look again"}
        </button>
      )}
    </>
  );
}
