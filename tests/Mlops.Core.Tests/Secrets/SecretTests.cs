using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Mlops.Core.Database;
using Mlops.Core.Runs;
using Mlops.Core.Secrets;
using Mlops.Core.Tests.Database;
using Mlops.Core.Tests.Runs;

namespace Mlops.Core.Tests.Secrets;

/// <summary>Secrets in a database and in runs.</summary>
public abstract class SecretTests : PipelineRunSuite
{
    private SecretService Secrets => _world.Get<SecretService>();

    [Fact]
    public async Task Secrets_are_listed_by_name_without_values_and_stored_encrypted()
    {
        await Secrets.SetAsync("p", "TOKEN", "s3cret-of-p", "ann", Cancellation);
        await Secrets.SetAsync(null, "TOKEN", "s3cret-of-all", null, Cancellation);
        await Secrets.SetAsync(null, "ANOTHER", "other", null, Cancellation);
        await Secrets.SetAsync("p", "TOKEN", "s3cret-of-p2", "bob", Cancellation);

        Assert.Equal(
            [("ANOTHER", null, null), ("TOKEN", "p", "bob"), ("TOKEN", null, null)],
            (await Secrets.ListAsync("p", Cancellation)).Select(secret => (secret.Name, secret.ProjectUuid, secret.UpdatedBy)));
        Assert.Equal(["ANOTHER", "TOKEN"], (await Secrets.ListAsync(null, Cancellation)).Select(secret => secret.Name));
        var stored = await _world.Get<MetadataDatabase>().QueryAsync<string>("select ciphertext from secret", null, Cancellation);
        Assert.Equal(3, stored.Count);
        Assert.All(stored, text => Assert.DoesNotContain("s3cret", Encoding.UTF8.GetString(Convert.FromBase64String(text)), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_run_has_the_secrets_of_its_project_and_of_all_projects_as_they_are_when_it_begins()
    {
        await Secrets.SetAsync(null, "SHARED", "of-all", null, Cancellation);
        await Secrets.SetAsync(null, "TOKEN", "of-all", null, Cancellation);
        await Secrets.SetAsync("p", "TOKEN", "of-p-alone", null, Cancellation);

        await _world.RunAsync("chain");

        var given = _world.Host.Sessions.Single().Secrets;
        Assert.Equal(("of-p-alone", "of-all", true), (given.Get("TOKEN"), given.Get("SHARED"), given.HasOwn));
        Assert.Equal(
            "There is no secret 'NOPE' for the project 'p'. Set it on the page Secrets of the project, or by: mlops secrets set NOPE --project p",
            Assert.Throws<KeyNotFoundException>(() => given.Get("NOPE")).Message);
        Assert.DoesNotContain("of-p", $"{given} {_world.Host.Sessions.Single()}", StringComparison.Ordinal);

        await Secrets.RemoveAsync("p", "TOKEN", Cancellation);
        await _world.RunAsync("chain");
        Assert.Equal(("of-all", false), (_world.Host.Sessions.Last().Secrets.Get("TOKEN"), _world.Host.Sessions.Last().Secrets.HasOwn));
    }

    [Fact]
    public async Task Secrets_are_masked_in_log_lines_errors_and_tests_of_a_run()
    {
        await Secrets.SetAsync("p", "TOKEN", "hun\"ter/2", null, Cancellation);
        _world.Host.Scripts["a"] = (_, log, _) =>
        {
            log(new BlockLogLine(TimeProvider.System.GetUtcNow(), RunLogLevel.Info, "logs in with hun\"ter/2"));
            log(new BlockLogLine(TimeProvider.System.GetUtcNow(), RunLogLevel.Info, """{"password": "hun\"ter/2", "url": "/?p=hun%22ter%2F2"}"""));
            var error = new BlockError("System.Exception", "no access with hun\"ter/2") { StackTrace = "at hun\"ter/2", Code = "var x = hun\"ter/2;" };
            return Task.FromResult(new BlockResult(error, [], [new BlockTestResult("T", false, "not hun\"ter/2")]));
        };

        var run = await _world.RunAsync("chain");

        var block = Block(run, "a");
        Assert.Equal(("no access with ***", "at ***", "var x = ***;", "not ***"), (block.Error!.Message, block.Error.StackTrace, block.Error.Code, block.Tests.Single().Message));
        var lines = (await ReadLogAsync(run.Id)).Select(line => line.Text).ToList();
        Assert.Contains("logs in with ***", lines);
        Assert.Contains("""{"password": "***", "url": "/?p=***"}""", lines);
        Assert.DoesNotContain(lines, line => line.Contains("hun", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_secret_whose_key_is_gone_holds_up_only_the_block_that_wants_it()
    {
        await Secrets.SetAsync("p", "OLD", "long-ago", null, Cancellation);
        await _world.Get<MetadataDatabase>().WriteAsync(session => session.Execute("update secret set name = 'MOVED'"), Cancellation);
        await Secrets.SetAsync("p", "NEW", "of-today", null, Cancellation);

        var run = await _world.RunAsync("chain");

        Assert.Equal(RunStatus.Completed, run.Status);
        var given = _world.Host.Sessions.Single().Secrets;
        Assert.Equal("of-today", given.Get("NEW"));
        Assert.StartsWith(
            "The secret 'MOVED' of the project 'p' cannot be decrypted with the keys of this server. Set it on the page Secrets",
            Assert.Throws<KeyNotFoundException>(() => given.Get("MOVED")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TOKEN", "abc", "The value of 'TOKEN' has 3 characters; secrets have at least 4, because shorter ones cannot be masked in logs. Make it a variable.")]
    [InlineData("TOKEN", "     ", "The value of 'TOKEN' is blank.")]
    [InlineData("1st", "value", "'1st' is no name for a secret. Use letters, digits, '_', '-' and '.', at most 128, and begin with a letter or '_'.")]
    [InlineData("TOKEN\n", "value", "'TOKEN\n' is no name for a secret. Use letters, digits, '_', '-' and '.', at most 128, and begin with a letter or '_'.")]
    public async Task What_cannot_be_a_secret_is_refused(string name, string value, string message)
    {
        var exception = await Assert.ThrowsAsync<InvalidRequestException>(() => Secrets.SetAsync("p", name, value, null, Cancellation));

        Assert.Equal(("invalid_secret", message), (exception.Type, Assert.Single(exception.Errors)));
        Assert.Empty(await Secrets.ListAsync("p", Cancellation));
    }

    [Fact]
    public async Task Of_one_project_there_are_500_at_most_and_one_that_is_there_can_still_be_set()
    {
        for (var i = 0; i < 500; i++)
        {
            await Secrets.SetAsync("p", $"S{i}", "value", null, Cancellation);
        }

        await Secrets.SetAsync("p", "S7", "other", null, Cancellation);

        Assert.Equal(
            ["The project 'p' has 500 secrets already, which is the most. Remove one that is not used any more."],
            (await Assert.ThrowsAsync<InvalidRequestException>(() => Secrets.SetAsync("p", "S500", "value", null, Cancellation))).Errors);
    }

    [Fact]
    public async Task What_is_not_there_is_said()
    {
        Assert.Equal("The project 'p' has no secret 'X'. It may have been removed already.", (await Assert.ThrowsAsync<NotFoundException>(() => Secrets.RemoveAsync("p", "X", Cancellation))).Message);
        await Assert.ThrowsAsync<NotFoundException>(() => Secrets.SetAsync("nowhere", "X", "value", null, Cancellation));
        await Assert.ThrowsAsync<NotFoundException>(() => Secrets.ListAsync("nowhere", Cancellation));
    }

    [Fact]
    public async Task Of_two_processes_that_add_a_first_key_at_once_one_does()
    {
        await using var other = await RunWorld.CreateAsync(_fixture);

        await Task.WhenAll(
            _world.Get<KeyRingStore>().AddAsync("key-1", "<key id='1'/>", Cancellation), other.Get<KeyRingStore>().AddAsync("key-2", "<key id='2'/>", Cancellation));

        var keys = await other.Get<KeyRingStore>().ListAsync(Cancellation);
        Assert.Equal(keys, await _world.Get<KeyRingStore>().ListAsync(Cancellation));
        Assert.Single(keys);
    }

    private protected override IServiceCollection Add(IServiceCollection services) => services.AddSingleton(new SecretCipher(Protect, Unprotect));

    private static byte[] Protect(SecretPurpose purpose, byte[] value)
    {
        var data = new byte[28 + value.Length];
        RandomNumberGenerator.Fill(data.AsSpan(0, 12));
        using var aes = new AesGcm(KeyOf(purpose), 16);
        aes.Encrypt(data.AsSpan(0, 12), value, data.AsSpan(28), data.AsSpan(12, 16));
        return data;
    }

    private static byte[] Unprotect(SecretPurpose purpose, byte[] data)
    {
        var value = new byte[data.Length - 28];
        using var aes = new AesGcm(KeyOf(purpose), 16);
        aes.Decrypt(data.AsSpan(0, 12), data.AsSpan(28), data.AsSpan(12, 16), value);
        return value;
    }

    private static byte[] KeyOf(SecretPurpose purpose) => SHA256.HashData(Encoding.UTF8.GetBytes(purpose.ToString()));
}

public sealed class SqliteSecretTests : SecretTests
{
    protected override Task<DatabaseFixture> CreateFixtureAsync() => Task.FromResult<DatabaseFixture>(new SqliteFixture());
}

public sealed class PostgresSecretTests : SecretTests
{
    protected override Task<DatabaseFixture> CreateFixtureAsync() => PostgresFixture.CreateAsync();
}
