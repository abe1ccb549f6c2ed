using TestSupport;

namespace LocalPostgres.Tests;

public class LocalClusterRefusalTests
{
    [Fact]
    public async Task Without_PostgreSQL_the_message_says_what_to_install_and_what_else_can_be_done()
    {
        using var folder = new OwnFolder();
        var nothing = folder.Options with { ProgramFolders = [folder.Path] };

        var error = await Assert.ThrowsAsync<LocalPostgresException>(() => LocalCluster.StartAsync(nothing));

        foreach (var advice in new[]
                 {
                     "apt-get install postgresql", "dnf install postgresql-server", "brew install postgresql@17",
                     "docker compose up -d db", "ConnectionStrings__Marketplace", PostgresPrograms.FolderVariable,
                 })
            Assert.Contains(advice, error.Message);
    }

    [Fact]
    public async Task A_wrong_folder_of_programs_is_named_and_not_searched_around()
    {
        using var folder = new OwnFolder();
        await using var holder = await HolderProcess.StartAsync(folder.Path, (PostgresPrograms.FolderVariable, folder.Path));

        Assert.Contains($"{PostgresPrograms.FolderVariable} names {folder.Path}", holder.Answer);
    }

    [Fact]
    public async Task Data_of_another_version_is_left_alone_and_the_message_names_both_versions()
    {
        using var folder = await OwnFolder.WithClusterAsync();
        var programs = await PostgresPrograms.FindAsync();
        await File.WriteAllTextAsync(Path.Combine(folder.Data, "PG_VERSION"), "9\n");

        var error = await Assert.ThrowsAsync<LocalPostgresException>(() => folder.StartAsync());

        Assert.Contains("made by PostgreSQL 9", error.Message);
        Assert.Contains($"{programs.Major} in {programs.Folder}", error.Message);
    }

    [Fact]
    public async Task A_folder_of_something_else_is_refused()
    {
        using var folder = new OwnFolder();
        Directory.CreateDirectory(folder.Data);

        var error = await Assert.ThrowsAsync<LocalPostgresException>(() => folder.StartAsync());

        Assert.Contains("is not a PostgreSQL data directory", error.Message);
    }

    [Fact]
    public async Task A_server_that_cannot_start_is_reported_with_its_own_words()
    {
        using var folder = await OwnFolder.WithClusterAsync();
        var wrong = folder.Options with { Settings = new Dictionary<string, string> { ["max_connections"] = "many" } };

        var error = await Assert.ThrowsAsync<LocalPostgresException>(() => LocalCluster.StartAsync(wrong));

        Assert.Contains("invalid value for parameter \"max_connections\"", error.Message);
    }

    [Fact]
    public async Task A_name_that_is_no_setting_never_reaches_the_shell()
    {
        using var folder = new OwnFolder();
        var wrong = folder.Options with { Settings = new Dictionary<string, string> { ["jit; id"] = "on" } };

        var error = await Assert.ThrowsAsync<LocalPostgresException>(() => LocalCluster.StartAsync(wrong));

        Assert.Contains("is not the name of a PostgreSQL setting", error.Message);
    }

    [Fact]
    public async Task Root_is_told_which_folder_keeps_the_server_out_and_everybody_else_is_let_in()
    {
        if (OperatingSystem.IsWindows())
            return;
        // Not within the folder for temporary files, whose closed folders are ours to open: in the other one that every Unix has and everybody may
        // write to.
        var closed = Directory.CreateDirectory(
            $"/var/tmp/marketplace-closed-{Guid.NewGuid():N}", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        try
        {
            var options = new LocalClusterOptions { DataFolder = Path.Combine(closed.FullName, "data"), SyncNewData = false };
            if (Environment.IsPrivilegedProcess)
            {
                var error = await Assert.ThrowsAsync<LocalPostgresException>(() => LocalCluster.StartAsync(options));
                Assert.Contains($"is inside {closed.FullName},", error.Message);
                Assert.Contains(DataFolders.ForRoot, error.Message);
            }
            else
            {
                await (await LocalCluster.StartAsync(options)).DisposeAsync();
            }
        }
        finally
        {
            closed.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_link_on_PATH_to_one_program_leads_to_the_programs_beside_its_target()
    {
        if (OperatingSystem.IsWindows())
            return;
        var programs = await PostgresPrograms.FindAsync();
        using var links = new OwnFolder();
        using var wrapper = new OwnFolder();
        File.CreateSymbolicLink(Path.Combine(links.Path, "postgres"), Path.Combine(programs.Folder, "postgres"));
        await File.WriteAllTextAsync(Path.Combine(wrapper.Path, "postgres"), "#!/bin/sh\n");
        File.SetUnixFileMode(Path.Combine(wrapper.Path, "postgres"), UnixFileMode.UserRead | UnixFileMode.UserExecute);

        var found = ProgramFolders.OfPath(string.Join(Path.PathSeparator, "/nonexistent", wrapper.Path, links.Path));

        Assert.Equal(programs.Folder, Assert.Single(found));
    }
}
