"""The style of the review in HTML: quiet, light and dark, red for what is lost and for nothing else."""

__all__ = ["STYLE"]

STYLE = """\
:root{color-scheme:light dark;--bg:#fff;--fg:#1d2430;--dim:#5a6577;--line:#d9dee7;--soft:#f4f6f9;--accent:#1f5fbf;
--add:#12703a;--add-bg:#e6f5ec;--del:#b3261e;--del-bg:#fdeceb;--chg:#8a5a00;--chg-bg:#fff4dc;--warn-bg:#fff4dc}
@media(prefers-color-scheme:dark){:root{--bg:#12161d;--fg:#e3e8f0;--dim:#9aa6b8;--line:#2c3442;--soft:#1a202a;
--accent:#7fb0ff;--add:#6fd39a;--add-bg:#14301f;--del:#ff8f88;--del-bg:#3a1a1a;--chg:#f0c060;--chg-bg:#33280f;
--warn-bg:#33280f}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--fg);font:15px/1.5 system-ui,sans-serif}
a{color:var(--accent)}
.skip{position:absolute;left:-999px}.skip:focus{left:8px;top:8px;background:var(--bg);padding:4px 8px;z-index:9}
header,main{max-width:1200px;margin:0 auto;padding:0 20px}
header{padding-top:24px}
h1{font-size:1.5rem;margin:0 0 4px;font-weight:650}
h2{font-size:1.05rem;margin:28px 0 10px;font-weight:650}
code,pre,.mono{font:13px/1.55 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
.meta{color:var(--dim);margin:0 0 14px}
.meta span+span::before{content:"\\00b7";margin:0 8px}
.counts{display:flex;flex-wrap:wrap;gap:8px;list-style:none;margin:14px 0;padding:0}
.counts li{border:1px solid var(--line);border-radius:8px;padding:8px 14px;min-width:92px;background:var(--soft)}
.counts b{display:block;font-size:1.35rem;line-height:1.2}
.counts .bad{border-color:var(--del);background:var(--del-bg);color:var(--del)}
.note{border-left:4px solid var(--line);background:var(--soft);padding:10px 16px;margin:12px 0;border-radius:4px}
.note p,.note ul{margin:4px 0}
.danger{border-color:var(--del);background:var(--del-bg)}.danger strong{color:var(--del)}
.warning{border-color:var(--chg);background:var(--warn-bg)}
.tools{position:sticky;top:0;z-index:2;background:var(--bg);border-bottom:1px solid var(--line);padding:10px 0;
display:flex;flex-wrap:wrap;gap:8px 16px;align-items:center}
.tools fieldset{border:0;margin:0;padding:0;display:flex;gap:4px;flex-wrap:wrap;align-items:center}
.tools legend{float:left;color:var(--dim);margin-right:6px;font-size:13px}
button,input{font:inherit;font-size:13px;color:inherit;background:var(--soft);border:1px solid var(--line);
border-radius:6px;padding:4px 10px}
button{cursor:pointer}
button[aria-pressed=true]{border-color:var(--accent);color:var(--accent);font-weight:600}
input{min-width:220px}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.change{border:1px solid var(--line);border-radius:8px;margin:8px 0;content-visibility:auto;
contain-intrinsic-size:auto 44px;overflow:hidden}
.change[hidden]{display:none}
.change>summary{display:flex;flex-wrap:wrap;gap:4px 12px;align-items:baseline;padding:9px 14px;cursor:pointer;
list-style:none}
.change>summary::-webkit-details-marker{display:none}
.change>summary::before{content:"\\25B8";color:var(--dim);width:12px}
.change[open]>summary::before{content:"\\25BE"}
.change[open]>summary{border-bottom:1px solid var(--line);background:var(--soft)}
.sign{font-weight:700;width:26px;text-align:center}
.a-create .sign{color:var(--add)}.a-update .sign{color:var(--chg)}
.a-delete .sign,.a-replace .sign{color:var(--del)}
.a-delete,.a-replace{border-color:var(--del)}
.addr{font-weight:600;overflow-wrap:anywhere}
.what{color:var(--dim);overflow-wrap:anywhere;flex:1 1 240px}
.tag{font-size:12px;border:1px solid var(--line);border-radius:10px;padding:0 8px;white-space:nowrap}
.t-drift,.t-conflict,.t-bad{border-color:var(--del);color:var(--del)}
.body{padding:6px 14px 12px}
.body p{margin:6px 0;color:var(--dim)}
pre{overflow-x:auto;margin:8px 0;padding:10px 0;background:var(--soft);border-radius:6px;tab-size:4}
pre{padding:8px 12px}
pre.lit{padding:8px 0}
pre.lit span{display:block;padding:0 12px;min-height:1.55em}
.l-add{background:var(--add-bg);color:var(--add)}.l-del{background:var(--del-bg);color:var(--del)}
.l-chg{background:var(--chg-bg);color:var(--chg)}
table{border-collapse:collapse;width:100%;margin:8px 0;font-size:13px;table-layout:fixed}
th{text-align:left;color:var(--dim);font-weight:500}
td,th{border-bottom:1px solid var(--line);padding:5px 8px;vertical-align:top;overflow-wrap:anywhere}
td pre,.note pre{margin:0;padding:0;background:none;white-space:pre-wrap}
.before{background:var(--del-bg)}.after{background:var(--add-bg)}
body:not(.sides) .side,body.sides .inline{display:none}
.graph{overflow:auto;border:1px solid var(--line);border-radius:8px;padding:8px}
svg text{font:12px ui-monospace,monospace;fill:var(--fg)}
svg rect{fill:var(--soft);stroke:var(--line)}
svg .n-delete rect,svg .n-replace rect{stroke:var(--del)}svg .n-create rect{stroke:var(--add)}
svg .n-update rect{stroke:var(--chg)}
svg path{fill:none;stroke:var(--dim)}
.none{color:var(--dim)}
@media print{.tools{display:none}}
"""
