// What axe has to say of the page, a line each.
import axe from "axe-core";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** What it finds in a part of the page, or in all of it. Evaluated, not added as a script: the policy forbids that. */
export async function findings(page, part) {
  await page.evaluate(axe.source);
  return page.evaluate(async ([part, tags]) => {
    const { violations } = await window.axe.run(part ? document.querySelector(part) : document, { runOnly: tags });
    return violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`);
  }, [part, TAGS]);
}
