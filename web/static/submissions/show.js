// A submission to be read: line numbers and markers in its files, and its run followed while it is not finished.

import { openFiles, showResults } from "../editor/review.js";

openFiles();
showResults();
