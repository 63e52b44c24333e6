// One submission before and after: its files are to be read, a click on a line leads there, and pictures of tests are drawn.

import { enhance } from "./enhance.js";
import { openFiles } from "./review.js";

openFiles();
enhance(document);
