// The page's icons, drawn here so that none is fetched. They are decorative: the control around an icon has the name.
import type { ComponentChildren } from "preact";

function Icon({ children, fill = false }: { children: ComponentChildren; fill?: boolean }) {
  return (
    <svg
      class="icon"
      viewBox="0 0 20 20"
      width="20"
      height="20"
      aria-hidden="true"
      fill={fill ? "currentColor" : "none"}
      stroke={fill ? "none" : "currentColor"}
      stroke-width="1.6"
      stroke-linecap="round"
      stroke-linejoin="round"
    >
      {children}
    </svg>
  );
}

export const PlayIcon = () => (
  <Icon fill>
    <path d="M5.5 3.2v13.6a.8.8 0 0 0 1.2.7l10.8-6.8a.8.8 0 0 0 0-1.4L6.7 2.5a.8.8 0 0 0-1.2.7z" />
  </Icon>
);
export const PauseIcon = () => (
  <Icon fill>
    <rect x="4.5" y="3" width="4" height="14" rx="1" />
    <rect x="11.5" y="3" width="4" height="14" rx="1" />
  </Icon>
);
export const StepIcon = () => (
  <Icon>
    <path d="M5 4v12l8-6zM15.5 4v12" />
  </Icon>
);
export const ResetIcon = () => (
  <Icon>
    <path d="M4 4v4.2h4.2M4.4 8A6.3 6.3 0 1 1 3.7 11.5" />
  </Icon>
);
export const SettingsIcon = () => (
  <Icon>
    <path d="M3 6h7m4 0h3M3 14h3m4 0h7" />
    <circle cx="12" cy="6" r="2" />
    <circle cx="8" cy="14" r="2" />
  </Icon>
);
export const FileIcon = () => (
  <Icon>
    <path d="M3 12.5v3a1.5 1.5 0 0 0 1.5 1.5h11a1.5 1.5 0 0 0 1.5-1.5v-3M10 3v9.5M6.3 9l3.7 3.7L13.7 9" />
  </Icon>
);
export const SunIcon = () => (
  <Icon>
    <circle cx="10" cy="10" r="3.2" />
    <path d="M10 2.5v1.6M10 15.9v1.6M2.5 10h1.6M15.9 10h1.6M4.7 4.7l1.1 1.1M14.2 14.2l1.1 1.1M4.7 15.3l1.1-1.1M14.2 5.8l1.1-1.1" />
  </Icon>
);
export const MoonIcon = () => (
  <Icon>
    <path d="M16.5 11.8A6.8 6.8 0 0 1 8.2 3.5a6.8 6.8 0 1 0 8.3 8.3z" />
  </Icon>
);
export const UndoIcon = () => (
  <Icon>
    <path d="M7.5 4.5 4 8l3.5 3.5M4.3 8H12a4 4 0 0 1 0 8H8" />
  </Icon>
);
export const ClearIcon = () => (
  <Icon>
    <path d="m5 5 10 10M15 5 5 15" />
  </Icon>
);
export const PreviousIcon = () => (
  <Icon>
    <path d="m12 4.5-5.5 5.5 5.5 5.5" />
  </Icon>
);
export const NextIcon = () => (
  <Icon>
    <path d="m8 4.5 5.5 5.5-5.5 5.5" />
  </Icon>
);
export const DiceIcon = () => (
  <Icon>
    <rect x="3.5" y="3.5" width="13" height="13" rx="3" />
    <path d="M7.3 7.3h.01M12.7 12.7h.01M10 10h.01M12.7 7.3h.01M7.3 12.7h.01" stroke-width="2.2" />
  </Icon>
);
export const PencilIcon = () => (
  <Icon>
    <path d="m4 16 .8-3.4L13.4 4a1.6 1.6 0 0 1 2.3 0l.3.3a1.6 1.6 0 0 1 0 2.3l-8.6 8.6z" />
  </Icon>
);

export const PlusIcon = () => (
  <Icon>
    <path d="M10 4v12M4 10h12" />
  </Icon>
);
export const MinusIcon = () => (
  <Icon>
    <path d="M4 10h12" />
  </Icon>
);
export const HomeIcon = () => (
  <Icon>
    <path d="M3 7V3h4M13 3h4v4M17 13v4h-4M7 17H3v-4" />
  </Icon>
);
/** A curve that falls and rises, with its lowest place marked. */
export const SweepIcon = () => (
  <Icon>
    <path d="M2.5 4.5c3.2 0 3.8 1.6 5.2 5 1.2 3 2 4.6 3.6 4.6 2.2 0 3.4-3.6 5.7-11.1" />
    <circle cx="7.6" cy="9.4" r="1.9" fill="currentColor" stroke="none" />
    <path d="M2.5 17.5h15" />
  </Icon>
);
export const ProjectorIcon = () => (
  <Icon>
    <path d="M2.5 3.5h15M4 3.5v9h12v-9M10 12.5v2.5M6.5 17.5 10 15l3.5 2.5" />
  </Icon>
);
export const HelpIcon = () => (
  <Icon>
    <circle cx="10" cy="10" r="7" />
    <path d="M7.8 8a2.2 2.2 0 1 1 3.2 2c-.7.4-1 .8-1 1.5M10 14v.1" />
  </Icon>
);
