// A submission to be read: line numbers and markers in its files, and its run followed while it is not finished.

import { follow } from "./live.js";
import { enhance, mark, openFiles } from "./review.js";

openFiles();
enhance(document);
mark();
const panel = document.querySelector("[data-panel]");
const status = document.querySelector("main").appendChild(document.createElement("p"));
status.className = "visually-hidden";
status.role = "status";
if (panel) follow(panel, { enhance, done: mark, announce: (sentence) => { status.textContent = sentence; } });
