// What a ruler finds wrong with a page as it stands: what is too small to read, what overlaps, what sticks out of its place.

/** Notes how large the texts on canvases are, in CSS pixels. To be called before the page is opened. */
export async function watchCanvases(page) {
  await page.addInitScript(() => {
    const write = CanvasRenderingContext2D.prototype.fillText;
    window.canvasTexts = {};
    CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
      const size = Number.parseFloat(this.font.match(/([\d.]+)px/)?.[1] ?? "0");
      const shown = (size * this.getTransform().d * this.canvas.clientHeight) / this.canvas.height;
      window.canvasTexts[text] = Math.min(shown, window.canvasTexts[text] ?? Infinity);
      return write.call(this, text, ...place);
    };
  });
}

/** Everything that is wrong, a line each. */
export async function faults(page) {
  return page.evaluate(() => {
    // A dialog is alone on the page, and a menu covers what lies under it.
    const root = document.querySelector("dialog[open]") ?? document.body;
    const menu = root.querySelector(".menu");
    const found = new Set();

    const box = ({ x, y, width, height }) => ({ x, y, width, height, right: x + width, bottom: y + height });
    const isSeen = (element) => {
      const { width, height } = element.getBoundingClientRect();
      return width > 1 && height > 1 && element.checkVisibility({ contentVisibilityAuto: true, opacityProperty: true, visibilityProperty: true });
    };
    /** What is left of a box when everything around it has cut off what it cuts off. */
    const clipped = (element, whole) => {
      let { x, y, right, bottom } = whole;
      for (let around = element; around && around !== document.body; around = around.parentElement) {
        if (around instanceof SVGElement || getComputedStyle(around).overflow === "visible") continue;
        const edge = box(around.getBoundingClientRect());
        [x, y] = [Math.max(x, edge.x), Math.max(y, edge.y)];
        [right, bottom] = [Math.min(right, edge.right), Math.min(bottom, edge.bottom)];
      }
      return right - x > 2 && bottom - y > 2 ? box({ x, y, width: right - x, height: bottom - y }) : null;
    };
    /** Whether something else lies over it: a bar that stays while the page scrolls, or the menu. */
    const isCovered = (element, { x, y, width, height }) => {
      const [left, top] = [x + width / 2, y + height / 2];
      if (left < 0 || top < 0 || left > innerWidth || top > innerHeight) return false;
      const over = document.elementFromPoint(left, top);
      if (!over) return false;
      if (menu?.contains(over) && !menu.contains(element)) return true;
      const mine = element.closest(".stage") ?? element;
      return ![mine, element].some((it) => it.contains(over) || over.contains(it));
    };

    /** Everything with a box that may overlap nothing of another owner. */
    const things = [];
    const add = (element, name, owner, whole, isText) => {
      const rect = clipped(element, whole);
      if (rect && !isCovered(element, rect)) things.push({ element, name, owner, rect, isText });
    };
    const ownerOf = (element) =>
      element.closest("[role=listitem]") ?? element.closest(".side, .tools, .see-as, .legend, .zoom, .try, .skipping, .caption") ?? element;

    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let text = walker.nextNode(); text; text = walker.nextNode()) {
      const element = text.parentElement;
      const words = text.data.trim().slice(0, 32);
      if (!words || !isSeen(element) || element.closest("script, style, option, .unseen")) continue;
      const { fontSize } = getComputedStyle(element);
      const scale = element instanceof SVGGraphicsElement ? Math.abs(element.getScreenCTM().d) : 1;
      const size = Number.parseFloat(fontSize) * scale;
      if (size < 11.95) found.add(`small: "${words}" has ${size.toFixed(1)} px`);
      const range = document.createRange();
      range.selectNodeContents(text);
      // Of a line that ends in dots the browser gives two boxes, with the dots and without.
      const isCut = getComputedStyle(element).textOverflow === "ellipsis";
      const lines = element instanceof SVGElement || isCut ? [element.getBoundingClientRect()] : [...range.getClientRects()];
      for (const line of lines) {
        // Letters fill about three quarters of the height that a line has.
        const ink = box({ x: line.x, y: line.y + line.height / 8, width: line.width, height: line.height * 0.75 });
        add(element, `"${words}"`, ownerOf(element), ink, true);
        const key = element.closest("button, .chip, [role=tab]");
        const around = key && box(key.getBoundingClientRect());
        if (around && (line.left < around.x - 1 || line.right > around.right + 1)) found.add(`sticks out: "${words}" of its key`);
      }
    }
    for (const [words, size] of Object.entries(window.canvasTexts ?? {})) {
      if (size < 11.95) found.add(`small: "${words}" on a canvas has ${size.toFixed(1)} px`);
    }

    const solids = [".node .shape", ".node .badge circle", ".cell rect", ".client .card", ".tools", ".see-as", ".legend", ".zoom", ".skipping.on", ".try", ".caption"];
    for (const element of root.querySelectorAll(solids.join(","))) {
      if (!isSeen(element) || element.matches(".caption:empty")) continue;
      const owner = ownerOf(element);
      const name = `${(owner.querySelector(".name, .who")?.textContent ?? "").trim()} ${element.getAttribute("class") ?? element.parentElement.getAttribute("class")}`.trim();
      add(element, name, owner, box(element.getBoundingClientRect()), false);
    }

    const meets = (a, b) => Math.min(a.right, b.right) - Math.max(a.x, b.x) > 2 && Math.min(a.bottom, b.bottom) - Math.max(a.y, b.y) > 2;
    const sheet = [...root.querySelectorAll(".readings")].find((panel) => getComputedStyle(panel).position === "fixed");
    const isOnSheet = (element) => sheet?.contains(element) ?? false;
    for (const [at, a] of things.entries()) {
      for (const b of things.slice(at + 1)) {
        if (menu && menu.contains(a.element) !== menu.contains(b.element)) continue;
        // A text lies in its own card, cell or key; two texts never lie on each other.
        if (a.owner === b.owner && !(a.isText && b.isText)) continue;
        if (a.element.contains(b.element) || b.element.contains(a.element)) {
          if (!(a.element === b.element && a.isText && b.isText)) continue;
        }
        // What a phone's sheet lies on is seen when the page is scrolled.
        if (isOnSheet(a.element) !== isOnSheet(b.element)) continue;
        if (meets(a.rect, b.rect)) found.add(`overlap: ${a.name} and ${b.name}`);
      }
    }

    const within = (element, around, name, slack = 2) => {
      const [inner, outer] = [box(element.getBoundingClientRect()), box(around.getBoundingClientRect())];
      const isIn = inner.x >= outer.x - slack && inner.right <= outer.right + slack && inner.y >= outer.y - slack && inner.bottom <= outer.bottom + slack;
      if (!isIn) found.add(`sticks out: ${name}`);
    };
    for (const text of root.querySelectorAll(".client text, .cell text, .side text")) {
      if (!isSeen(text) || !text.textContent) continue;
      const card = text.closest("[role=listitem], .cell, .side");
      // The name of a side may stand on the edge of its area, as the title of a group does.
      const slack = text.matches(".side-text") ? 16 : 2;
      within(text, card.querySelector(".card, rect, path:not(.lead, .cross)"), `"${text.textContent}"`, slack);
    }
    for (const part of root.querySelectorAll(".node .shape, .node text, .cell rect, .client .card, .client text, .side text, .delay")) {
      if (isSeen(part)) within(part, part.closest(".window"), `${part.textContent || part.getAttribute("class")} of the stage`, 1);
    }
    for (const element of root.querySelectorAll("*")) {
      const { overflowX, textOverflow } = getComputedStyle(element);
      if (["hidden", "clip"].includes(overflowX) && textOverflow !== "ellipsis" && !element.matches(".unseen, .window, .tools span") && isSeen(element)) {
        if (element.scrollWidth > element.clientWidth + 1) found.add(`cut off: ${element.tagName}.${element.className} by ${element.scrollWidth - element.clientWidth} px`);
      }
    }
    const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    if (wide > 0) found.add(`sticks out: the page is ${wide} px wider than the window`);
    return [...found];
  });
}
