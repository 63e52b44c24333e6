// One submission before and after: its files are to be read, a click on a line leads there, and pictures of tests are drawn.

import { enhance } from "../ui/enhance.js";
import { openFiles } from "../editor/review.js";

openFiles();
enhance(document);
