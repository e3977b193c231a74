// Books for spreadsheets as one global of a classic script: Xlsx.write(rows) gives a promise of a blob.
// The packing that waits, not the one in workers: the pages' policy allows none.
import {generateXlsxFileSync} from "./node_modules/write-excel-file/modules/export/writeXlsxFileUniversal.js";
import convert from "./node_modules/write-excel-file/modules/export/convertFileContentToUint8ArrayUniversal.js";

export const write = (rows) => generateXlsxFileSync(rows, {stickyRowsCount: 1}, undefined, convert);
