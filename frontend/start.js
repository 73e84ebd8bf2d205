// Starts the program that this page preloads. A file of its own, because the content security policy allows no inline script.
const link = (selector) => document.querySelector(selector).href;
const program = await import(link('link[rel="modulepreload"]'));
await program.default({ module_or_path: link('link[rel="preload"][as="fetch"]') });
