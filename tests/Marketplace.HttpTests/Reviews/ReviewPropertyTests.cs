using FsCheck;
using FsCheck.Fluent;
using Marketplace.Domain;
using Marketplace.Http;
using Marketplace.HttpTests.Support;
using Marketplace.Reviews;
using Marketplace.Storage;
using Marketplace.Tests;
using Marketplace.WritePath;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.HttpTests.Reviews;

public sealed class ReviewPropertyTests(MarketplaceFixture fixture) : IClassFixture<MarketplaceFixture>
{
    private const int Runs = 25, Minutes = 30;
    private static readonly DateTimeOffset Start = new(2024, 5, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Gen<ReviewStep> Steps =
        from kind in Gen.Elements("submit", "submit", "submit", "vote", "vote", "vote", "vote", "hide", "restore", "withdraw")
        from reviewer in Gen.Choose(1, 4)
        from value in Gen.Choose(0, 5)
        from flag in Gen.Elements(true, false)
        from minute in Gen.Choose(0, Minutes + 3)
        select new ReviewStep(kind, $"reviewer-{reviewer}", value, flag, minute > Minutes ? null : minute);

    [Fact]
    public async Task Every_read_model_equals_a_plain_model_after_any_commands_and_after_a_rebuild()
    {
        var property = Prop.ForAll(Steps.ListOf(60).ToArbitrary(), steps => Task.Run(() => RunAsync([.. steps.OrderBy(s => s.Minute ?? int.MaxValue)])).GetAwaiter().GetResult());
        SeededProperty.Check(Config.QuickThrowOnFailure.WithMaxTest(Runs), property);

        foreach (var (projection, tables) in new[] { ("CurrentReviews", new[] { "review" }), ("ReviewHistory", ["review_history"]) })
        {
            var before = await RowsAsync(tables);
            await fixture.RebuildAsync(projection);
            await fixture.CatchUpAsync();
            Assert.Equal(before, await RowsAsync(tables));
        }
    }

    private async Task<List<string>> RowsAsync(string[] tables)
    {
        var rows = new List<string>();
        foreach (var table in tables) rows.AddRange(await fixture.RowsAsync(table));
        rows.AddRange(await fixture.RowsAsync("(select product_id, rating, sum(visible) from review_count group by 1, 2 having sum(visible) <> 0)"));
        return rows;
    }

    private async Task RunAsync(IReadOnlyList<ReviewStep> steps)
    {
        var (productId, model) = (MarketplaceFixture.NewId("made-up"), new ReviewModel());
        foreach (var step in steps) await TakeAsync(productId, step, model);
        await CompareNowAsync(productId, model);
        if (!model.Positions.Any()) return;
        await fixture.CatchUpAsync();
        await ComparePastAsync(productId, model);
    }

    private async Task TakeAsync(string productId, ReviewStep step, ReviewModel model)
    {
        DateTimeOffset? at = step.Minute is { } minute ? Start.AddMinutes(minute) : null;
        var intent = new Intent("tester", at is null ? Cause.Manual : Cause.Feed) { EffectiveAt = at };
        var outcome = await fixture.Host.Services.GetRequiredService<CommandHandler>()
            .HandleAsync<Review>(StreamKeys.Review(productId, step.Reviewer), intent, review => step.Decide(productId, review), CancellationToken.None);
        var before = model.Now.GetValueOrDefault(step.Reviewer);
        var after = ModelReview.After(before, step);
        Assert.Equal(after is null, outcome.Refusal is not null);
        Assert.Equal(after is not null && after != before, outcome.Changed);
        if (outcome.Changed) model.Record(step.Reviewer, after!, outcome.Position, outcome.State!.EffectiveAt);
    }

    private async Task CompareNowAsync(string productId, ReviewModel model)
    {
        var queries = fixture.Host.Services.GetRequiredService<ReviewQueries>();
        AssertSame(ReviewModel.Summary(model.Now.Values), await queries.SummaryAsync(productId, CancellationToken.None));
        var list = await queries.ListAsync(productId, ReviewSort.Helpful, null, 500, CancellationToken.None);
        Assert.Equal(Shown(model.Now), list.Items.Select(Shown).Order());
        Assert.Equal(list.Items.Select(r => r.Helpful).OrderDescending(), list.Items.Select(r => r.Helpful));
        await using var command = fixture.Db.CreateCommand("select reviewer_id, hidden, withdrawn, version from review where product_id = $1 order by reviewer_id");
        command.Parameters.AddWithValue(productId);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<(string, bool, bool, long)>();
        while (await reader.ReadAsync()) rows.Add((reader.GetString(0), reader.GetBoolean(1), reader.GetBoolean(2), reader.GetInt64(3)));
        Assert.Equal(model.Now.Select(r => (r.Key, r.Value.Hidden, r.Value.Withdrawn, (long)r.Value.Version)), rows);
    }

    private async Task ComparePastAsync(string productId, ReviewModel model)
    {
        var history = fixture.Host.Services.GetRequiredService<ReviewHistoryQueries>();
        foreach (var position in model.Positions.SelectMany(p => new[] { p - 1, p }))
            AssertSame(ReviewModel.Summary(model.At(position).Values), await history.SummaryAsync(productId, new Moment(null, position), CancellationToken.None));
        for (var minute = -1; minute <= Minutes + 1; minute++)
        {
            var instant = Start.AddMinutes(minute);
            AssertSame(ReviewModel.Summary(model.At(instant).Values), await history.SummaryAsync(productId, new Moment(instant, null), CancellationToken.None));
            Assert.Equal(Shown(model.At(instant)), (await history.ListAsync(productId, instant, 500, CancellationToken.None)).Select(Shown).Order());
        }
    }

    private static IEnumerable<string> Shown(IEnumerable<KeyValuePair<string, ModelReview>> reviews) => reviews.Where(r => r.Value.Visible)
        .Select(r => $"{r.Key} {r.Value.Rating} {r.Value.Title} {r.Value.Votes.Count(v => v.Value)} {r.Value.Votes.Count(v => !v.Value)} v{r.Value.Version}").Order();

    private static string Shown(ReviewView r) => $"{r.ReviewerId} {r.Rating ?? 0} {r.Title} {r.Helpful} {r.Unhelpful} v{r.Version}";

    private static void AssertSame(ReviewSummary expected, ReviewSummary actual)
    {
        Assert.Equal((expected.Count, expected.RatedCount, expected.Average), (actual.Count, actual.RatedCount, actual.Average));
        Assert.Equal(expected.Histogram, actual.Histogram);
    }
}
