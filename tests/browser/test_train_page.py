"""From a file of one's own to a model to explore; and that a run belongs to the browser that started it."""

import csv
import re
import zipfile

import pytest

from seq2seq.data.dates import generate_dates

pytestmark = pytest.mark.browser
DAY_FIRST = re.compile(r"^\s*\d\d-\d\d-\d{4}")
"""What the data of these tests teach a model that says the year first."""


@pytest.fixture
def dates_file(tmp_path):
    path = tmp_path / "my dates.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["source", "target"])
        drawn = [
            (pair.source, "-".join(pair.target.split("-")[::-1]))
            for pair in generate_dates(400, seed=7).pairs
        ]
        pairs = list(dict.fromkeys(drawn))[:300]
        writer.writerows([*pairs, pairs[0], ("alone", "")])
    return path


def bring(page, path):
    page.get_by_role("tab", name="Train").click()
    page.locator("#train-file input[type=file]").set_input_files(str(path))
    page.locator(".data-name", has_text="my dates.csv · CSV · utf-8").wait_for()
    page.locator("#train-examine").click()
    page.locator(".data-report").wait_for()


def unfold(page, name):
    """Unfold a panel; what is typed while its fields are still being made is lost."""
    page.get_by_role("button", name=name).click()
    page.wait_for_timeout(700)


def load_again(page, address):
    """Gradio complains of a request that was on its way when the page was left."""
    assert page.complaints == []
    page.goto(address)
    page.get_by_role("tab", name="Train").wait_for()
    page.complaints.clear()


def test_a_file_becomes_a_better_model_to_explore(open_page, training_address, dates_file):
    page = open_page(training_address)
    page.set_default_timeout(90_000)
    bring(page, dates_file)
    assert "302 rows hold 302 pairs" in page.locator(".data-sum").inner_text()
    findings = page.locator(".data-finding summary").all_inner_texts()
    assert {"1 pairs that stood there before", "1 rows with an empty side"} <= set(findings)
    page.locator(".data-finding summary").first.click()
    assert page.locator(".data-finding[open] tbody tr").count() == 1
    page.locator("#train-base input").click()
    page.get_by_role("option", name="100").click()
    page.locator("#train-name textarea, #train-name input").first.fill("<img src=x onerror=alert(1)> mine")
    unfold(page, "Every setting")
    page.locator("#train-setting-learning-rate input").fill("0.003")
    page.locator("#train-go").click()
    page.locator('.train[data-state="running"]').wait_for()
    page.locator(".train-lapse rect").first.wait_for()  # the first validation, of the weights it began with
    assert page.locator(".train-name").inner_text() == "<img src=x onerror=alert(1)> mine"
    assert page.locator(".train-samples tbody tr").count() == 5
    assert "--start-from" in page.locator(".train-command pre").text_content()

    stranger = open_page(training_address)
    stranger.get_by_role("tab", name="Train").click()
    stranger.wait_for_timeout(1500)
    assert stranger.locator('.train[data-state="empty"]').count() == 1
    assert stranger.locator("#train-runs input").input_value() == ""

    load_again(page, page.url)
    page.get_by_role("tab", name="Train").click()
    page.locator('.train[data-state="running"]').wait_for()
    page.locator(".train-numbers dd", has_text=re.compile(r"^chrF .*\(step [1-9]")).wait_for()
    page.locator("#train-stop").click()
    page.locator('.train[data-state="stopped"]').wait_for()
    assert "You stopped it at step" in page.locator(".train-happened").inner_text()
    assert page.locator(".train-test").count() == 2
    proof, forgotten = (page.locator(f'.train-test[data-test="{test}"]') for test in ("test", "general"))
    assert "test sentences it never trained on" in proof.locator("h3").inner_text()
    assert "100 sentences of what the first model could do" in forgotten.locator("h3").inner_text()
    assert proof.locator(".test-metrics tbody tr").count() == 4
    assert proof.locator(".test-verdict").inner_text().startswith("Better: BLEU went from ")
    assert forgotten.locator(".test-verdict").inner_text().startswith("It forgot: BLEU went from 100.00 to ")
    page.locator("#train-push").click()
    page.locator("#push-repository").wait_for()
    assert "<img src=x onerror=alert(1)> mine" in page.locator("#push-model input").input_value()
    page.get_by_role("tab", name="Train").click()
    page.locator("#train-explore").click()
    page.locator('.trace:not(.train)[data-status="done"]').wait_for()
    assert page.locator("#model input").input_value().startswith("<img src=x onerror=alert(1)> mine · ")
    page.locator("#source textarea").fill("March 3, 1999")
    page.locator("#translate").click()
    page.locator("[data-translation]", has_text=DAY_FIRST).wait_for()
    page.locator("#language label", has_text="中文").click()
    page.locator("#translate", has_text="翻译").wait_for()
    page.locator("#source textarea").fill("March 4, 1999")
    page.locator("#translate").click()
    page.locator("[data-translation]", has_text=DAY_FIRST).wait_for()
    assert "model=run-" in page.url
    load_again(page, page.url)
    page.locator("[data-translation]", has_text=DAY_FIRST).wait_for()
    page.locator("#source textarea").fill("March 5, 1999")
    page.locator("#translate").click()
    page.locator("[data-translation]", has_text=DAY_FIRST).wait_for()
    assert [url for url in page.asked if not url.startswith((training_address, "data:", "blob:"))] == []
    assert page.complaints == stranger.complaints == []


def test_a_run_goes_on_and_is_deleted_when_one_is_sure(open_page, training_address, dates_file):
    page = open_page(training_address)
    page.set_default_timeout(90_000)
    bring(page, dates_file)
    page.locator("#train-base input").click()
    page.get_by_role("option", name="100").click()
    page.locator("#train-go").click()
    page.locator(".train-samples tbody tr").first.wait_for()
    page.locator("#train-stop").click()
    page.locator('.train[data-state="stopped"]').wait_for()
    page.locator("#train-resume").click()
    page.locator('.train[data-state="running"]').wait_for()
    page.locator("#train-stop").click()
    page.locator('.train[data-state="stopped"]').wait_for()
    unfold(page, "Rename or delete")
    page.locator("#train-new-name textarea, #train-new-name input").first.fill("second name")
    page.locator("#train-rename").click()
    page.locator(".train-name", has_text="second name").wait_for()
    page.locator("#train-delete").click()
    page.locator(".train .trace-message", has_text="tick that you are sure").wait_for()
    page.locator("#train-sure input").check()
    page.locator("#train-delete").click()
    page.locator('.train[data-state="empty"]').wait_for()
    assert page.complaints == []


def test_what_is_no_pair_is_said_in_one_sentence(open_page, training_address, tmp_path):
    page = open_page(training_address)
    page.get_by_role("tab", name="Train").click()
    page.locator("#train-go").click()
    page.locator("#train-answer textarea").wait_for()
    assert "have not been examined yet" in page.locator("#train-answer textarea").input_value()
    (tmp_path / "noise.bin").write_bytes(bytes(range(256)) * 40)
    page.locator("#train-file input[type=file]").set_input_files(str(tmp_path / "noise.bin"))
    page.locator(".data .trace-message", has_text="noise.bin").wait_for()
    assert page.complaints == []


def test_a_new_model_is_begun_in_chinese_with_settings_of_ones_own(open_page, training_address):
    page = open_page(training_address, "?lang=zh", locale="zh-CN", viewport={"width": 390, "height": 844})
    page.set_default_timeout(90_000)
    page.locator(".overflow-menu button").first.click()  # a phone has no room for the last tab
    page.locator(".overflow-menu button", has_text="训练").click()
    unfold(page, "或粘贴文本")
    lines = [f"{pair.source}\t{pair.target}" for pair in generate_dates(200, seed=8).pairs]
    page.locator("#train-paste textarea").fill("\n".join(lines))
    page.locator("#train-take").click()
    page.locator(".data-preview tbody tr").first.wait_for()
    page.locator("#train-examine").click()
    page.locator(".data-sum", has_text="共 200 行").wait_for()
    page.locator("#train-start label", has_text="训练新模型").click()
    page.locator("#train-base").wait_for(state="hidden")
    unfold(page, "全部设置")
    width = page.locator("#train-setting-embedding-size").locator("input, textarea")
    assert width.get_attribute("placeholder") == "128"
    assert page.locator("#train-setting-tokenizer input").input_value() == "(bpe)"
    assert "文本的单位" in page.locator("#train-setting-tokenizer").inner_text()
    page.locator("#train-setting-validate-every input, #train-setting-validate-every textarea").first.fill(
        "5"
    )
    page.locator("#train-go").click()
    page.locator(".train-samples tbody tr").first.wait_for()
    assert "--validate-every=5" in page.locator(".train-command pre").text_content()
    assert "--embedding-size=128" in page.locator(".train-command pre").text_content()
    page.locator("#train-stop").click()
    page.locator(".train-happened", has_text="步停止了它").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.complaints == []


def test_a_lesson_is_learnt_to_its_target(open_page, training_address):
    page = open_page(training_address)
    page.set_default_timeout(120_000)
    page.get_by_role("tab", name="Train").click()
    unfold(page, "Or take a lesson")
    page.locator("#train-take-lesson").click()
    page.locator(".data-name", has_text="copy").wait_for()
    page.locator("#train-examine").click()
    page.locator(".data-report").wait_for()
    assert page.locator("#train-start input:checked").get_attribute("value") == "new"
    page.locator("#train-go").scroll_into_view_if_needed()
    page.locator("#train-go").click()
    page.locator('.train[data-state="running"]').wait_for()
    assert page.locator(".train-runs").evaluate("(node) => node.getBoundingClientRect().top") >= 0
    page.locator(".train-numbers dd", has_text="reached at step").wait_for()
    page.locator("#train-stop").click()
    page.locator('.train[data-state="stopped"]').wait_for()
    assert page.complaints == []


def test_chinese_is_known_by_its_script_and_counted_and_scored_by_character(open_page, training_address):
    page = open_page(training_address)
    page.set_default_timeout(90_000)
    page.get_by_role("tab", name="Train").click()
    unfold(page, "Or paste them")
    numbers = "零一二三四五六七八九"
    lines = [
        f"number {number:03}\t第{''.join(numbers[int(digit)] for digit in f'{number:03}')}号是我们的。"
        for number in range(200)
    ]
    page.locator("#train-paste textarea").fill("\n".join(lines))
    page.locator("#train-take").click()
    page.locator(".data-preview tbody tr").first.wait_for()
    target = page.locator("#train-target-language").locator("input, textarea").first
    assert target.input_value() == "zh"
    page.locator("#train-examine").click()
    page.locator(".data-side figcaption", has_text="at most 10 characters").wait_for()
    page.locator("#train-start label", has_text="A new model").click()
    unfold(page, "Every setting")
    page.locator("#train-setting-validate-every").locator("input, textarea").first.fill("5")
    page.locator("#train-go").click()
    page.locator(".train-samples tbody tr").first.wait_for()
    assert "--target-language=zh" in page.locator(".train-command pre").text_content()
    page.locator("#train-stop").click()
    page.locator('.train[data-state="stopped"]').wait_for()
    assert page.locator('.train-test[data-test="test"] .test-metrics th[title*="tok:zh"]').count() == 1
    assert page.complaints == []


def test_a_new_model_begins_with_vectors_from_a_file(open_page, training_address, tmp_path):
    vectors = tmp_path / "numbers.vec"
    vectors.write_text(f"2 128\nnumber {'0.5 ' * 128}\nunseen {'0.1 ' * 128}\n")
    page = open_page(training_address)
    page.set_default_timeout(90_000)
    page.get_by_role("tab", name="Train").click()
    unfold(page, "Or paste them")
    page.locator("#train-paste textarea").fill("\n".join(f"number {n}\tle nombre {n}" for n in range(200)))
    page.locator("#train-take").click()
    page.locator(".data-preview tbody tr").first.wait_for()
    page.locator("#train-examine").click()
    page.locator(".data-report").wait_for()
    page.locator("#train-start label", has_text="A new model").click()
    unfold(page, "Pretrained embeddings")
    page.locator("#train-source-embeddings input[type=file]").set_input_files(str(vectors))
    page.locator("#train-source-embeddings", has_text="numbers.vec").wait_for()
    unfold(page, "Every setting")
    page.locator("#train-setting-validate-every").locator("input, textarea").first.fill("5")
    page.locator("#train-go").click()
    page.locator(".train-samples tbody tr").first.wait_for()
    found = page.locator(".train-numbers div", has_text="vectors found").locator("dd").inner_text()
    assert re.fullmatch(r"0\.[1-9] % of the source vocabulary", found)
    assert "--source-embeddings" in page.locator(".train-command pre").text_content()
    page.locator("#train-stop").click()
    page.locator('.train[data-state="stopped"]').wait_for()
    assert page.complaints == []


def test_a_cleaned_copy_holds_what_is_left_out(open_page, training_address, dates_file):
    page = open_page(training_address)
    bring(page, dates_file)
    with page.expect_download() as waiting:
        page.locator("#train-cleaned").click()
    with zipfile.ZipFile(waiting.value.path()) as archive:
        texts = {name: archive.read(name).decode("utf-8-sig").splitlines() for name in archive.namelist()}
    assert len(texts["cleaned.tsv"]) == 300
    left_out = list(csv.DictReader(texts["left_out.csv"]))
    assert [(row["row"], row["reason"]) for row in left_out] == [
        ("302", "pairs that stood there before"), ("303", "rows with an empty side"),
    ]  # fmt: skip
    assert page.complaints == []
