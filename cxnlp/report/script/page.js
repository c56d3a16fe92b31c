// What every other script reads: the page's data, and how nodes are made of text.
//
// The scripts of this folder stand in one function, in the order that page.py names them, so each
// sees the names of those before it. Text of customers only ever enters the page by textContent.
const data = JSON.parse(document.getElementById("data").textContent);
const $ = (id) => document.getElementById(id);
const el = (name, css, text) => {
  const node = document.createElement(name);
  if (css) node.className = css;
  if (text !== undefined) node.textContent = text;
  return node;
};
const count = (n) => n.toLocaleString("en-US");
document.documentElement.classList.remove("no-js");
