/* What the page calls: each function draws one layer over Leaflet, or adds one control.
   All strings arrive escaped; nothing in these modules builds HTML from anything else. */
import { facts } from "./facts.js";
import { borders, context, ground } from "./ground.js";
import { labels } from "./labels.js";
import { layers } from "./layers.js";
import { legend } from "./legend.js";
import { numbers, symbols } from "./marks.js";
import { fit, route } from "./routes.js";
import { search } from "./search.js";

window.corridors = { borders, context, facts, fit, ground, labels, layers, legend, numbers, route, search, symbols };
