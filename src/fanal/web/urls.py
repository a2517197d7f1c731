"""Every address of the desk. Who may see each stands in tests/web/addresses.csv."""

from allauth.account import views as account
from django.urls import URLPattern, URLResolver, include, path

from fanal.web.views import (
    activity,
    adding,
    answers,
    evidence,
    front,
    identities,
    letters,
    packages,
    people,
    receive,
    review,
    saved,
    series,
    session,
    start,
    threshold,
    tips,
    work,
)

SIGN_IN: list[URLPattern | URLResolver] = [
    path("sign-in/", account.login, name="account_login"),
    path("sign-out/", account.logout, name="account_logout"),
    path("again/", account.reauthenticate, name="account_reauthenticate"),
    path("second-factor/", include("fanal.web.second_factor_urls")),
]

OPERATION: list[URLPattern | URLResolver] = [
    path("", front.front, name="front"),
    path("evidence/", evidence.exhibits, name="evidence"),
    path("evidence/add/", adding.add, name="evidence_add"),
    path("work/", work.work, name="work"),
    path("work/<int:number>/", work.job, name="job"),
    path("tips/", tips.queue, name="tips"),
    path("tips/<int:number>/", tips.tip, name="tip"),
    path("tips/<int:number>/beside/<int:other>/", tips.beside, name="tip_beside"),
    path("identities/", identities.listing, name="identities"),
    path("identities/views/", saved.views, name="saved_views"),
    path("identities/export/", saved.export, name="identities_export"),
    path("identities/<str:identity>/", identities.one, name="identity"),
    path("identities/<str:identity>/activity/", activity.one, name="identity_activity"),
    path("activity/", activity.everyone, name="activity"),
    path("rows/<int:obs>/", identities.row, name="row"),
    path("series/", series.listing, name="series"),
    path("series/one/", series.one, name="series_one"),
    path("review/", review.queue, name="review"),
    path("review/pair/", review.pair, name="pair"),
    path("review/mine/", review.mine, name="mine"),
    path("packages/", packages.listing, name="packages"),
    path("packages/<str:name>/", packages.one, name="package"),
    path("packages/<str:name>/file/", packages.file, name="package_file"),
    path("threshold/", threshold.threshold, name="threshold"),
    path("received/<int:number>/", packages.summary, name="received_summary"),
    path("answers/", answers.answers, name="answers"),
    path("answers/<str:identity>/", answers.answer, name="answer"),
    path("answers/<slug:kind>/<int:number>/", answers.file, name="reply_file"),
    path("letters/", letters.letters, name="letters"),
    path("letters/<str:name>/", letters.letter_file, name="letter_file"),
    path("deconfliction/", letters.deconflictions, name="deconflictions"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    *SIGN_IN,
    path("", start.operations, name="operations"),
    path("language/", start.language, name="language"),
    path("leave/", session.leave, name="leave"),
    path("away/", session.away, name="away"),
    path("stay/", session.stay, name="stay"),
    path("lock/", session.lock, name="lock"),
    path("resume/", session.resume, name="resume"),
    path("typed/", session.typed, name="typed"),
    path("health/", start.health, name="health"),
    path("people/", people.officers, name="officers"),
    path("peers/", people.peers, name="peers"),
    path("receive/", receive.receive, name="receive"),
    path("audit/", people.audit, name="audit"),
    path("operations/<slug:slug>/", include(OPERATION)),
]
