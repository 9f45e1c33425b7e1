// Loaded on every page. Small on purpose: everything else is imported when the page asks for it.
import { followChanges, loadElements } from "./loader";
import { dialogs } from "./dialogs";
import { menus } from "./menus";
import { focusErrorSummary } from "./forms";
import { offlineNotice } from "./notices";
import { tellZone } from "./zone";

const HTMX = "[hx-get],[hx-post],[hx-put],[hx-patch],[hx-delete],[hx-boost]";

if (document.querySelector(HTMX)) void import("./htmx");

dialogs();
menus();
focusErrorSummary(document);
offlineNotice();
tellZone();
loadElements(document);
followChanges();
