"""The style of the review in HTML: quiet, light and dark, red for what is lost and for nothing else."""

__all__ = ["STYLE"]

STYLE = """\
:root{color-scheme:light dark;--bg:#fff;--fg:#1d2430;--dim:#566174;--line:#dce1e9;--soft:#f5f7fa;--accent:#1f5fbf;
--add:#11703a;--add-bg:#e4f5ea;--del:#b3261e;--del-bg:#fdecea;--chg:#855600;--chg-bg:#fff3d9;--on:#e8f0fd;
--shadow:0 1px 2px rgb(20 30 50/6%)}
@media(prefers-color-scheme:dark){:root{--bg:#12161d;--fg:#e3e8f0;--dim:#9aa6b8;--line:#2c3442;--soft:#191f29;
--accent:#82b1ff;--add:#74d69e;--add-bg:#14301f;--del:#ff938c;--del-bg:#381a1b;--chg:#f0c060;--chg-bg:#33280f;
--on:#1a2a45;--shadow:none}}
*{box-sizing:border-box}
html{scroll-padding-top:7rem}
body{margin:0;background:var(--bg);color:var(--fg);font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
a{color:var(--accent);text-underline-offset:2px;text-decoration-thickness:1px}
.skip{position:absolute;left:-999px}.skip:focus{left:8px;top:8px;background:var(--bg);padding:4px 8px;z-index:9}
header,.page{max-width:1440px;margin:0 auto;padding:0 28px}
header{padding-top:28px}
.page{display:grid;grid-template-columns:260px minmax(0,1fr);gap:0 36px;padding-bottom:60px}
.alone{display:block}
main.alone{max-width:1440px;margin:0 auto;padding:0 28px}
.eyebrow{color:var(--dim);margin:0 0 2px;font-size:14px;overflow-wrap:anywhere}
h1{font-size:1.75rem;line-height:1.25;letter-spacing:-.01em;margin:0 0 4px;font-weight:680}
h1.bad{color:var(--del)}
h2{font-size:1.05rem;margin:28px 0 10px;font-weight:650}
h3{margin:0}
code,pre,kbd,.mono{font:13px/1.55 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
code{overflow-wrap:anywhere}
.lead{margin:0 0 2px}
.meta,.dim{color:var(--dim)}
.meta{margin:0 0 14px;font-size:14px}
.meta span+span::before{content:"\\00b7";margin:0 8px}
.counts{display:flex;flex-wrap:wrap;gap:8px;list-style:none;margin:16px 0;padding:0}
.counts li{border:1px solid var(--line);border-top:3px solid var(--line);border-radius:8px;padding:7px 14px 8px;
min-width:88px;color:var(--dim);font-size:13px;box-shadow:var(--shadow)}
.counts b{display:block;font-size:1.4rem;line-height:1.25;color:var(--fg);font-variant-numeric:tabular-nums}
.counts .zero b{color:var(--dim);font-weight:400}
.counts .c-delete,.counts .c-replace{border-color:var(--del);background:var(--del-bg);color:var(--del)}
.c-delete b,.c-replace b{color:var(--del)}
.counts .c-update,.counts .c-drift,.counts .c-conflict{border-top-color:var(--chg)}
.counts .c-create{border-top-color:var(--add)}
.note{border:1px solid var(--line);border-left:4px solid var(--line);background:var(--soft);padding:10px 16px;
margin:10px 0;border-radius:6px}
.note p,.note ul{margin:4px 0}
.danger{border-color:var(--del);background:var(--del-bg)}.danger strong{color:var(--del)}
.warning{border-color:var(--chg);background:var(--chg-bg)}
.refused{color:var(--del);font-weight:650;margin:14px 0 -4px}
.names{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:0 18px;max-height:12rem;overflow:auto}
.danger .names a{color:var(--fg)}
.names+p{margin-top:10px}
.command{font-weight:600}
.tree{position:sticky;top:0;max-height:100vh;overflow:auto;align-self:start;padding-bottom:20px;font-size:13px}
.tree ul{list-style:none;margin:0;padding:0}
.tree ul ul{padding-left:12px;margin-left:5px;border-left:1px solid var(--line)}
.tree a,.tree summary{display:block;padding:3px 8px;border-radius:5px;color:inherit;text-decoration:none;
font:12.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
.tree summary{cursor:pointer;list-style:none;font-weight:600}
.tree summary span{color:var(--dim);font-weight:400}
.tree a{padding-left:34px}
.tree a:hover,.tree summary:hover{background:var(--soft)}
.tree a::before{display:inline-block;width:26px;margin-left:-26px;font-weight:700;color:var(--dim);
content:"=" / "state only: "}
.tree a.n-create::before{content:"+" / "create: ";color:var(--add)}
.tree a.n-update::before{content:"~" / "update: ";color:var(--chg)}
.tree a.n-delete::before{content:"-" / "delete: ";color:var(--del)}
.tree a.n-replace::before{content:"-/+" / "replace: ";color:var(--del)}
.tree a.n-forget::before{content:"." / "forget: "}
.tree a.n-delete,.tree a.n-replace{color:var(--del)}
summary::-webkit-details-marker{display:none}
.tree summary::before,.change>summary::before{content:"\\25B8" / "";color:var(--dim);display:inline-block;width:14px}
.tree [open]>summary::before,.change[open]>summary::before{content:"\\25BE" / ""}
.tools{position:sticky;top:0;z-index:2;background:var(--bg);border-bottom:1px solid var(--line);padding:8px 0;
display:flex;flex-wrap:wrap;gap:6px 14px;align-items:center;margin-bottom:12px}
.tools[hidden]{display:none}
.tools fieldset{border:0;margin:0;padding:0;display:flex;gap:4px;flex-wrap:wrap;align-items:center}
.tools legend{float:left;color:var(--dim);margin-right:6px;font-size:13px}
button,input{font:inherit;font-size:13px;color:inherit;background:var(--bg);border:1px solid var(--line);
border-radius:6px;padding:4px 10px}
button{cursor:pointer}
button:hover{background:var(--soft)}
button b{color:var(--dim);font-weight:500;font-variant-numeric:tabular-nums}
button[aria-pressed=true]{border-color:var(--accent);background:var(--on);color:var(--accent)}
button[aria-pressed=true] b{color:inherit}
input{flex:1 1 180px;min-width:160px;max-width:320px}
.bar{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:baseline;gap:0 20px;margin:28px 0 4px}
.bar h2,.bar p{margin:0}.keys[hidden]{display:none}
#shown,.keys{font-size:13px;color:var(--dim)}
kbd{font-size:11px;border:1px solid var(--line);border-radius:4px;padding:0 4px;background:var(--soft)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.change>summary:focus-visible{outline-offset:-2px}
.change{border:1px solid var(--line);border-left:4px solid var(--line);border-radius:8px;margin:8px 0;
content-visibility:auto;contain-intrinsic-size:auto 44px;overflow:hidden;box-shadow:var(--shadow)}
.change[hidden]{display:none}
.change>summary{display:flex;flex-wrap:wrap;gap:4px 10px;align-items:baseline;padding:9px 14px;cursor:pointer;
list-style:none}
.change>summary:hover,.change[open]>summary{background:var(--soft)}
.change[open]>summary{border-bottom:1px solid var(--line)}
.sign{font-weight:700;width:26px;text-align:center}
.a-create .sign{color:var(--add)}.a-update .sign{color:var(--chg)}
.a-delete .sign,.a-replace .sign{color:var(--del)}
.a-create{border-left-color:var(--add)}.a-update{border-left-color:var(--chg)}
.a-delete,.a-replace{border-color:var(--del)}
.addr{font-weight:600;overflow-wrap:anywhere}
.what{color:var(--dim);overflow-wrap:anywhere;flex:1 1 240px;font-size:14px}
.a-delete .what,.a-replace .what{color:var(--del)}
.tag{font-size:12px;border:1px solid var(--line);border-radius:10px;padding:0 8px;background:var(--bg)}
.t-drift,.t-conflict,.t-impact{border-color:var(--chg);color:var(--chg)}
.t-bad{border-color:var(--del);color:var(--del)}
.body{padding:8px 16px 14px}
.body p,.facts{margin:6px 0;color:var(--dim);font-size:14px}
.facts{padding-left:18px}
.body details>summary{cursor:pointer;padding:3px 0;font-size:13px}
pre{overflow-x:auto;margin:8px 0;padding:10px 14px;background:var(--soft);border-radius:6px;tab-size:4}
pre.short{white-space:pre-wrap;overflow-wrap:anywhere}
pre.lit{padding:8px 0}
pre.lit span{display:block;padding:0 14px;min-height:1.55em;width:max-content;min-width:100%}
.l-add{background:var(--add-bg);color:var(--add)}.l-del{background:var(--del-bg);color:var(--del)}
.l-chg{background:var(--chg-bg);color:var(--chg)}
.sides{overflow-x:auto}
table{border-collapse:collapse;width:100%;margin:8px 0;font-size:13px;table-layout:fixed}
th{text-align:left;color:var(--dim);font-weight:500}
th:first-child{width:24%}th:last-child{width:20%}tbody th{width:auto}
td,th{border-bottom:1px solid var(--line);padding:5px 10px;vertical-align:top;overflow-wrap:anywhere}
td pre,.note pre{margin:0;padding:0;background:none;white-space:pre-wrap}
.before{background:var(--del-bg)}.after{background:var(--add-bg)}
.before pre{color:var(--del)}.after pre{color:var(--add)}
mark{background:none;color:inherit;font-weight:700;text-decoration:underline;text-underline-offset:3px}
.same pre,.fold,.none{color:var(--dim)}
.fold{background:var(--soft)}
body:not(.sides) .side,body.sides .inline{display:none}
section>details:not(.change)>summary,.note summary{cursor:pointer;color:var(--dim)}
.graph{overflow:auto;border:1px solid var(--line);border-radius:8px;padding:8px;margin-bottom:8px}
svg{display:block}
svg text{font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;fill:var(--fg)}
svg rect{fill:var(--soft);stroke:var(--line)}
svg a:hover rect{fill:var(--on)}
svg .n-delete rect,svg .n-replace rect{stroke:var(--del)}svg .n-create rect{stroke:var(--add)}
svg .n-update rect{stroke:var(--chg)}
svg path{fill:none;stroke:var(--dim)}
@media(max-width:1000px){.page{display:block}.tree{position:static;max-height:13rem;border:1px solid var(--line);
border-radius:8px;padding:0 10px 10px;margin-top:16px}.tree h2{margin:10px 8px 4px}}
@media(max-width:600px){header,.page,main.alone{padding-left:14px;padding-right:14px}h1{font-size:1.4rem}
.tools{position:static}.keys{display:none}.counts li{min-width:72px;padding:6px 10px}html{scroll-padding-top:0}
table,tbody,tr,th,td{display:block}thead,.same+.same,.none:empty{display:none}th:first-child,th:last-child{width:auto}}
@media print{.tools,.tree,.skip{display:none}.page{display:block}}
"""
