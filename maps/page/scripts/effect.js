/* What only the page of an effect calls. */
import { usage } from "./usage.js";

window.corridors.usage = usage;
