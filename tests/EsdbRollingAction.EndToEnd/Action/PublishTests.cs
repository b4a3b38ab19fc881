namespace EsdbRollingAction.EndToEnd.Action;

/// <summary>The release scripts in a scratch repository, with a real git and a gh that only notes what it is asked.</summary>
public class PublishTests
{
    [Fact]
    public async Task A_draft_gets_its_assets_and_is_published_and_then_the_major_tag_moves()
    {
        using var repository = await ScratchRepository.CreateAsync();

        await repository.ReleaseAsync("1.2.3", await repository.NameVersionAsync("1.2.3"));

        Assert.Equal(
            ["git push --atomic", "gh release upload", "gh release edit", "git push --force"],
            repository.Asked.Select(line => string.Join(' ', line.Split(' ').Take(3))).Where(line => line != "gh release view"));
    }

    [Fact]
    public async Task A_release_that_broke_off_when_it_was_published_goes_on_with_the_major_tag()
    {
        using var repository = await ScratchRepository.CreateAsync();
        repository.IsDraft = false;

        await repository.ReleaseAsync("1.2.3", await repository.NameVersionAsync("1.2.3"));

        Assert.DoesNotContain(repository.Asked, line => line.StartsWith("gh release upload", StringComparison.Ordinal));
        Assert.DoesNotContain(repository.Asked, line => line.StartsWith("gh release edit", StringComparison.Ordinal));
        Assert.EndsWith(":refs/tags/v1", repository.Asked[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_locked_the_major_tag_at_the_first_of_three_releases_finds_that_commit_in_its_history_for_ever()
    {
        using var repository = await ScratchRepository.CreateAsync();
        var (mains, releases) = (new List<string>(), new List<string>());

        foreach (var version in new[] { "1.0.0", "1.1.0", "1.2.0" })
        {
            mains.Add(await repository.NameVersionAsync(version));
            await repository.ReleaseAsync(version, mains[^1]);
            releases.Add(await repository.OriginAsync("rev-parse", "v1^{commit}"));
        }

        Assert.Equal(
            [mains[0], $"{mains[1]} {releases[0]}", $"{mains[2]} {releases[1]}"],
            await Task.WhenAll(releases.Select(release => repository.OriginAsync("show", "--no-patch", "--format=%P", release))));
        Assert.Equal(releases, (await repository.OriginAsync("rev-parse", "v1.0.0", "v1.1.0", "v1.2.0")).Split('\n'));
        Assert.Equal(releases[2], await repository.OriginAsync("rev-parse", "releases"));
        Assert.Equal(mains[2], await repository.OriginAsync("rev-parse", "main"));
        foreach (var (before, after) in releases.Zip(releases.Skip(1)).Append((releases[0], releases[2])))
        {
            Assert.True(await repository.HoldsAsync("merge-base", "--is-ancestor", before, after));
        }

        Assert.Equal("releases", await repository.OriginAsync("branch", "--format=%(refname:short)", "--contains", releases[0]));
    }

    [Fact]
    public async Task A_release_is_main_with_the_programs_and_nothing_of_the_release_before()
    {
        using var repository = await ScratchRepository.CreateAsync();
        await repository.ReleaseAsync("1.0.0", await repository.NameVersionAsync("1.0.0"));
        var main = await repository.NameVersionAsync("1.1.0");

        await repository.ReleaseAsync("1.1.0", main);

        Assert.Equal(
            [
                "dist/SHA256SUMS", "dist/linux-arm64/esdb-rolling-update", "dist/linux-x64/esdb-rolling-update",
                "dist/osx-arm64/esdb-rolling-update", "dist/win-x64/esdb-rolling-update.exe",
            ],
            (await repository.OriginAsync("diff", "--name-only", main, "v1.1.0")).Split('\n'));
        Assert.Equal("program 1.1.0", await repository.OriginAsync("show", "v1:dist/linux-x64/esdb-rolling-update"));
        Assert.Equal("#!/bin/bash", await repository.OriginAsync("show", "v1:.github/action/find-program"));
    }

    [Theory]
    [InlineData("1.0.0")]
    [InlineData("1.1.0")]
    public async Task A_second_try_makes_the_same_commit_again_and_goes_on_from_there(string broken)
    {
        using var repository = await ScratchRepository.CreateAsync();
        var main = await repository.NameVersionAsync("1.0.0");
        if (broken != "1.0.0")
        {
            await repository.ReleaseAsync("1.0.0", main);
            main = await repository.NameVersionAsync(broken);
        }

        repository.IsGitHubDown = true;
        Assert.NotEqual(0, (await repository.RunAsync("publish", broken, main)).ExitCode);
        var first = await repository.OriginAsync("rev-parse", $"v{broken}");
        repository.IsGitHubDown = false;
        Assert.Equal((0, ""), await repository.RunAsync("publish", broken, main));

        Assert.Equal(first, await repository.OriginAsync("rev-parse", $"v{broken}"));
        Assert.Equal($"{first}\n{first}", await repository.OriginAsync("rev-parse", "v1", "releases"));
    }

    [Fact]
    public async Task An_old_release_that_is_run_again_moves_nothing_back()
    {
        using var repository = await ScratchRepository.CreateAsync();
        var old = await repository.NameVersionAsync("1.0.0");
        await repository.ReleaseAsync("1.0.0", old);
        await repository.ReleaseAsync("1.1.0", await repository.NameVersionAsync("1.1.0"));
        var newest = await repository.OriginAsync("rev-parse", "v1");

        Assert.NotEqual(0, (await repository.RunAsync("publish", "1.0.0", old)).ExitCode);

        Assert.Equal($"{newest}\n{newest}", await repository.OriginAsync("rev-parse", "v1", "releases"));
    }
}
