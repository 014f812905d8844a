"""URL patterns of this app."""

from django.urls import path

from leads.views import block_list, imports, people, reading, unknown, uploads

app_name = "leads"
urlpatterns = [
    path("leads/", people.leads, name="list"),
    path("leads.csv", people.leads_csv, name="csv"),
    path("leads/verified-kpi/", people.verified_kpi, name="verified-kpi"),
    path("leads/verifications/", people.receipts, name="receipts"),
    path("leads/<int:pk>/", people.person, name="person"),
    path("leads/<int:pk>/block/", block_list.block_person, name="block-person"),
    path("block-list/", block_list.block_list, name="block-list"),
    path("block-list.csv", block_list.block_list_csv, name="block-list-csv"),
    path("block-list/add/", block_list.add_values, name="block-list-add"),
    path("block-list/policy/", block_list.change_policy, name="block-list-policy"),
    path("block-list/<int:pk>/remove/", block_list.remove_value, name="block-list-remove"),
    path("block-list/<int:pk>/again/", block_list.add_again, name="block-list-again"),
    path("campaigns/<int:pk>/leads/", people.campaign_tab, name="campaign"),
    path("unknown/", unknown.unknown, name="unknown"),
    path("unknown/panel/", unknown.panel, name="unknown-panel"),
    path("imports/", uploads.imports, name="imports"),
    path("imports/new/", uploads.upload, name="upload"),
    path("imports/<int:pk>/", imports.import_detail, name="import"),
    path("imports/<int:pk>/rows/", imports.import_rows, name="import-rows"),
    path("imports/<int:pk>/progress/", imports.progress, name="import-progress"),
    path("imports/<int:pk>/read-again/", reading.read_again, name="read-again"),
    path("imports/<int:pk>/map/", uploads.map_columns, name="map"),
    path("imports/<int:pk>/guess-again/", uploads.guess_columns_again, name="guess-again"),
    path("imports/<int:pk>/leave-out/", uploads.leave_out, name="leave-out"),
    path("imports/<int:pk>/put-back/", uploads.put_rows_back, name="put-back"),
    path("imports/<int:pk>/start/", imports.start_import, name="start"),
    path("imports/<int:pk>/stop/", imports.stop_import, name="stop"),
    path("imports/<int:pk>/resume/", imports.resume_import, name="resume"),
    path("imports/<int:pk>/release/", imports.release_import, name="release"),
    path("imports/<int:pk>/retry-pending/", imports.retry_import, name="retry-pending"),
    path("imports/<int:pk>/failed-rows.csv", imports.failed_rows_file, name="failed-rows"),
]
