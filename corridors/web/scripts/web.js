/* What the page of the server calls, beside what the map's own page calls. */
import { editor } from "./editor.js";
import { panel } from "./panel.js";

Object.assign(window.corridors, { editor, panel });
