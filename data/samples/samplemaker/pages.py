"""The sites around an article: what each family of content management writes above, around and below it.

The skeletons follow the families' habits (names of meta tags and classes, where title and date stand); texts, menus and
addresses are invented, hosts end in `.example`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Article:
    """An article to be set in a page. `title_html` is the title as it stands over the text, empty for none."""

    title: str
    title_html: str
    site: str
    host: str
    site_code: str
    published: str | None
    source: str | None
    body: str
    declared: str | None
    number: int


_MENU = ("走进本地", "新闻动态", "信息公开", "办事大厅", "互动交流", "专题专栏", "数据发布", "政策文件")
_SUBMENU = (
    "领导之窗",
    "机构职能",
    "规划计划",
    "财政资金",
    "重大项目",
    "公共资源",
    "应急管理",
    "人事任免",
    "招考录用",
    "公告公示",
)
_STYLE = (
    ".header{width:1200px;margin:0 auto}.nav li{float:left;padding:0 18px;line-height:48px}.nav a{color:#fff}\n"
    ".crumb{height:40px;line-height:40px;font-size:14px}.main{width:1200px;margin:0 auto;background:#fff}\n"
    ".con{padding:20px 60px;line-height:2;font-size:16px}.con table{width:100%;border-collapse:collapse}\n"
    ".con td{border:1px solid #333;padding:4px;text-align:center}.footer{clear:both;text-align:center;color:#666}\n"
)
_SCRIPT = (
    "<script>function setFont(n){document.getElementById('zoom').style.fontSize=n+'px'}\n"
    "function printPage(){window.print()}\nvar share={title:document.title,list:['weixin','weibo','qzone']};\n"
    "for(var i=0;i<share.list.length;i++){var x='<a class=\"'+share.list[i]+'\"></a>'}\n</script>\n"
)


def _menu() -> str:
    items = []
    for i, name in enumerate(_MENU):
        below = "".join(f'<dd><a href="/c{i}{j}/" target="_blank">{sub}</a></dd>' for j, sub in enumerate(_SUBMENU))
        items.append(f'<li><a href="/c{i}/" target="_blank" title="{name}">{name}</a><dl>{below}</dl></li>\n')
    return '<ul class="nav">\n' + "".join(items) + "</ul>\n"


_MENU_HTML = _menu()


def _charset(article: Article) -> str:
    return f'<meta charset="{article.declared}">\n' if article.declared else ""


def _footer(article: Article) -> str:
    return (
        '<div class="footer"><p><a href="/map.html">网站地图</a> | <a href="/about.html">关于我们</a> | <a href="/contact.html">联系我们</a></p>\n'
        f"<p>主办单位：{article.site}办公室　网站标识码：{article.site_code}</p>\n<p>版权所有：{article.site}</p></div>\n"
    )


def _trs(a: Article) -> str:
    day = (a.published or "")[:10]
    url = f"http://{a.host}/zwgk/zfxxgk/zfxxgknb/{day[:7].replace('-', '')}/t{day.replace('-', '')}_{a.number}.html"
    names = {
        "SiteName": a.site, "SiteDomain": a.host, "SiteIDCode": a.site_code, "ColumnName": "政府信息公开年报",
        "ColumnType": "政府信息公开年报", "ArticleTitle": a.title, "PubDate": f"{day} 09:20", "ContentSource": a.source or "",
        "KeyWords": "", "Author": "", "Description": "", "Image": "", "Url": url,
    }  # fmt: skip
    metas = "\n".join(f'<meta name="{name}" content="{value}"/>' for name, value in names.items())
    return (
        f"<!DOCTYPE html>\n<html>\n<head>\n{_charset(a)}{metas}\n<title>{a.title}_政府信息公开年报_{a.site}</title>\n"
        f'<style>{_STYLE}</style>\n</head>\n<body>\n<div class="header">{_MENU_HTML}</div>\n'
        '<div class="crumb"><span>当前位置：</span><ul><li><a href="../../../" class="CurrChnlCls">首页</a></li>'
        '<li><a href="../" class="CurrChnlCls">政府信息公开年报</a></li></ul></div>\n'
        f'<div class="main"><div class="article_component"><div class="article_title_group"><div class="article_title">\n   {a.title_html}\n</div></div>\n'
        f'<div class="article_extend"><span class="article_source">来源：{a.source or ""}</span> <span class="article_time">时间：{day} 09:20</span>'
        '<span class="share">分享<a href="javascript:void(0);">微信</a></span></div>\n'
        f'<div class="article_content"><div class="view TRS_UEDITOR trs_paper_default trs_web">{a.body}</div></div></div></div>\n'
        f"{_footer(a)}{_SCRIPT}</body>\n</html>\n"
    )


def _jcms(a: Article) -> str:
    day = (a.published or "")[:10]
    return (
        f'<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta http-equiv="Content-Type" content="text/html; charset={a.declared or "utf-8"}">\n'
        f'<meta name="SiteName" content="{a.site}">\n<meta name="SiteDomain" content="{a.host}">\n<meta name="SiteIDCode" content="{a.site_code}">\n'
        f'<meta name="ColumnName" content="年度报告">\n<meta name="ArticleTitle" content="{a.title}">\n<meta name="PubDate" content="{day}">\n'
        f'<meta name="ContentSource" content="{a.source or ""}">\n<title>{a.site} 年度报告 {a.title}</title>\n<style>{_STYLE}</style></head>\n<body>\n'
        f'<div id="header">{_MENU_HTML}</div>\n<!--<$[信息内容]>begin-->\n<div id="article" class="main">\n<h1 class="title"><!--<$[标题名称]>begin-->{a.title_html}<!--<$[标题名称]>end--></h1>\n'
        f'<table class="tab" width="100%"><tr><td>发布日期：{day}</td><td>浏览次数：<span id="hits">218</span></td><td>字号：[ 大 中 小 ]</td></tr></table>\n'
        f'<div id="zoom" class="con"><!--ZJEG_RSS.content.begin-->{a.body}<!--ZJEG_RSS.content.end--></div></div>\n<!--<$[信息内容]>end-->\n'
        f'<div id="share-2">分享到：</div>\n{_footer(a)}{_SCRIPT}<div style="display:none">大汉版通发布系统</div></body></html>\n'
    )


def _boda(a: Article) -> str:
    day = (a.published or "")[:10]
    year, month, date = [*day.split("-"), "", "", ""][:3]
    return (
        f'<!DOCTYPE html><HTML><HEAD>\n<META Name="keywords" Content="{a.site}" />\n<META content="text/html; charset={a.declared or "UTF-8"}" http-equiv="Content-Type">\n'
        f'<TITLE>{a.title}-{a.site}</TITLE>\n<style>{_STYLE}</style></HEAD>\n<BODY>\n<div class="header">{_MENU_HTML}</div>\n'
        '<div class="crumb"><a href="../../index.htm">首页</a> &gt;&gt; <a href="../../zwgk/ndbg.htm">年度报告</a> &gt;&gt; 正文</div>\n'
        f'<form name="_newscontent_fromname"><div class="main v_news"><h2 align="center">{a.title_html}</h2>\n'
        f'<div class="info"><span>发布时间：{year}年{month}月{date}日</span><span>作者：办公室</span><span>点击数：<script>_showDynClicks("wbnews")</script></span></div>\n'
        f'<div id="vsb_content"><div class="v_news_content con">{a.body}</div></div>\n<p>上一篇：没有了</p><p>下一篇：没有了</p></div></form>\n'
        f"{_footer(a)}{_SCRIPT}</BODY></HTML>\n"
    )


def _static(a: Article) -> str:
    day = (a.published or "").split("-")
    line = f"<p>发布日期：{day[0]}年{int(day[1])}月{int(day[2])}日</p>\n" if a.published else ""
    return f"<html>\n<head>\n{_charset(a)}<title>{a.site}</title>\n</head>\n<body>\n<p>{a.title_html}</p>\n{line}{a.body}</body>\n</html>\n"


def _plain(a: Article) -> str:
    head = f'<h1 align="center">{a.title_html}</h1>\n' if a.title_html else ""
    day = f'<p align="center">发布时间：{a.published}</p>\n' if a.published else ""
    return (
        f"<!doctype html>\n<html>\n<head>\n{_charset(a)}<title>{a.title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f'{_MENU_HTML}<div class="con">{head}{day}{a.body}</div>\n{_footer(a)}{_SCRIPT}</body>\n</html>\n'
    )


def _nested(a: Article) -> str:
    """Layout tables around everything, as sites did before style sheets: five deep at the article."""
    left = "".join(f'<tr><td height="26"><a href="l{i}.htm">{name}</a></td></tr>\n' for i, name in enumerate(_SUBMENU))
    return (
        f'<html><head><meta http-equiv="Content-Type" content="text/html; charset={a.declared or "gb2312"}"><title>{a.title}</title></head>\n'
        '<body topmargin="0"><table width="1000" border="0" align="center" cellpadding="0" cellspacing="0"><tr><td>\n'
        f'<table width="100%"><tr><td height="120" background="top.jpg">{a.site}</td></tr></table>\n</td></tr><tr><td>\n'
        f'<table width="100%"><tr><td width="200" valign="top"><table width="100%">{left}</table></td><td valign="top">\n'
        f'<table width="96%" align="center"><tr><td align="center"><font size="5"><b>{a.title_html}</b></font></td></tr>\n'
        f'<tr><td align="center">发布时间：{a.published}　来源：{a.source or a.site}</td></tr>\n<tr><td><table width="100%"><tr><td>{a.body}</td></tr></table></td></tr>\n'
        '<tr><td align="right">【打印】【关闭】</td></tr></table></td></tr></table>\n</td></tr>\n'
        f'<tr><td><table width="100%" bgcolor="#eeeeee"><tr><td align="center">版权所有：{a.site}</td></tr></table></td></tr></table></body></html>\n'
    )


def _word(a: Article) -> str:
    return (
        '<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"\nxmlns:w="urn:schemas-microsoft-com:office:word">\n'
        f'<head>\n<meta http-equiv=Content-Type content="text/html; charset={a.declared or "gb2312"}">\n<meta name=ProgId content=Word.Document>\n<meta name=Generator content="Microsoft Word 15">\n'
        "<!--[if gte mso 9]><xml><o:DocumentProperties><o:Author>办公室</o:Author><o:Revision>3</o:Revision></o:DocumentProperties></xml><![endif]-->\n"
        "<style><!--\n@font-face{font-family:仿宋_GB2312;}\np.MsoNormal,li.MsoNormal{mso-style-unhide:no;margin:0cm;text-align:justify;mso-pagination:none;}\n--></style>\n"
        f"<title>{a.title}</title></head>\n<body lang=ZH-CN style='tab-interval:21.0pt;text-justify-trim:punctuation'>\n<div class=WordSection1 style='layout-grid:15.6pt'>\n"
        f"<p class=MsoNormal align=center style='text-align:center'><b><span style='font-size:22.0pt;font-family:方正小标宋简体'>{a.title_html}<span lang=EN-US><o:p></o:p></span></span></b></p>\n"
        f"{a.body}<p class=MsoNormal><span lang=EN-US><o:p>&nbsp;</o:p></span></p>\n</div>\n</body>\n</html>\n"
    )


def _wps(a: Article) -> str:
    day = (
        f'<p style="text-align:center"><span style="font-size:14px">发布时间：{a.published}</span></p>'
        if a.published
        else ""
    )
    return (
        f'<html><head><meta http-equiv="Content-Type" content="text/html; charset={a.declared or "utf-8"}"><meta name="Generator" content="WPS Office"><title></title>\n'
        "<style>@page Section0{margin:72pt 90pt;size:595.3pt 841.9pt;layout-grid:15.6pt;}p.p{margin-bottom:0pt}span.15{font-family:Calibri}</style></head>\n"
        f'<body style="tab-interval:21pt;text-justify-trim:punctuation;"><div class="Section0" style="layout-grid:15.6pt;">\n<p class="p" style="text-align:center"><b><span style="font-size:22pt;font-family:宋体">{a.title_html}</span></b><b><span><o:p></o:p></span></b></p>\n'
        f"{day}{a.body}</div></body></html>\n"
    )


def _xhtml(a: Article) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">\n'
        f'<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="zh-CN">\n<head>\n<meta http-equiv="Content-Type" content="application/xhtml+xml; charset=UTF-8" />\n<title>{a.title}</title>\n'
        f'<meta name="others" content="页面生成时间 2024-05-06 10:11:12" />\n</head>\n<body>\n<div id="wrap">{_MENU_HTML}<div class="bt"><h1>{a.title_html}</h1></div>\n'
        f'<div class="xx"><span>信息来源：{a.source or a.site}</span><span>发布日期：{a.published}</span></div>\n<div class="nr">{a.body.replace("<br>", "<br />").replace("&nbsp;", "&#160;")}</div></div>\n'
        f"{_footer(a)}</body>\n</html>\n"
    )


PAGES: dict[str, Callable[[Article], str]] = {
    "trs": _trs,
    "jcms": _jcms,
    "boda": _boda,
    "static": _static,
    "plain": _plain,
    "nested": _nested,
    "word": _word,
    "wps": _wps,
    "xhtml": _xhtml,
}
