import "./on-memory.js";
import "../api/privileges.test.js";
