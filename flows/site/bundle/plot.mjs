// The marks of Observable Plot that the pages draw with, as one global of a classic script.
export {plot, lineY, areaY, dot, ruleX, ruleY, text, tip, pointerX} from "@observablehq/plot";
