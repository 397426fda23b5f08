// What the shell does in the browser. Pages import modules of their own.
import './theme.js';
import './times.js';
import './menus.js';
import './keys.js';
import './roving.js';
import './palette.js';
import './connection.js';
