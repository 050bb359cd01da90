"""Charts as SVG and PNG. They need matplotlib, the extra `charts`."""
