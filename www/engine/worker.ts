// The script of the engine's worker and of its helpers. It is one file, because most of it is the glue of the module, which
// all of them need.
import { answer } from "./answering";
import { HELPER } from "./desk";
import { help } from "./helper";

if (self.name === HELPER) help();
else answer();
