// Light or dark, as the system or the visitor says, and copying: what needs no answer of the server.
(() => {
    const key = 'amend-scheme';
    const root = document.documentElement;
    const kept = () => { try { return localStorage.getItem(key); } catch { return null; } };
    const keep = scheme => { try { localStorage.setItem(key, scheme); } catch { /* Kept for this page alone. */ } };
    const system = matchMedia('(prefers-color-scheme: dark)');
    const show = scheme => { root.dataset.scheme = scheme ?? (system.matches ? 'dark' : 'light'); };
    show(kept());
    system.addEventListener('change', () => show(kept()));

    const copy = async text => {
        if (navigator.clipboard && isSecureContext)
            return navigator.clipboard.writeText(text);
        const area = document.createElement('textarea');
        area.value = text;
        document.body.append(area);
        area.select();
        document.execCommand('copy');
        area.remove();
    };

    // Arrow keys move inside a grid, and do not scroll the page meanwhile.
    document.addEventListener('keydown', event => {
        if (event.key.startsWith('Arrow') && event.target.closest?.('[data-grid]'))
            event.preventDefault();
    });

    document.addEventListener('click', async event => {
        const button = event.target.closest?.('[data-scheme-switch], [data-copy]');
        if (button?.hasAttribute('data-scheme-switch')) {
            const scheme = root.dataset.scheme === 'dark' ? 'light' : 'dark';
            keep(scheme);
            show(scheme);
        } else if (button) {
            await copy(button.dataset.copy);
            const said = button.textContent;
            button.textContent = 'Copied';
            setTimeout(() => { button.textContent = said; }, 1200);
        }
    });
})();
