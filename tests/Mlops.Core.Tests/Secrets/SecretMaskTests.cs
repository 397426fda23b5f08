using System.Net;
using System.Text;
using System.Text.Json;
using CsCheck;
using Mlops.Core.Secrets;

namespace Mlops.Core.Tests.Secrets;

public sealed class SecretMaskTests
{
    private const string Secret = "p\"ä ss+w/ord&1";

    public static TheoryData<string> Forms =>
    [
        Secret, JsonSerializer.Serialize(Secret)[1..^1], "p\\\"ä ss+w/ord&1", Uri.EscapeDataString(Secret), WebUtility.UrlEncode(Secret), "p%22%c3%a4%20ss%2bw%2ford%261",
        Convert.ToBase64String(Encoding.UTF8.GetBytes(Secret)), Convert.ToBase64String(Encoding.UTF8.GetBytes(Secret)).TrimEnd('='),
    ];

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_secret_is_masked_in_every_form(string form) => Assert.StartsWith("before***", SecretMask.Of([Secret]).Apply($"before{form}"), StringComparison.Ordinal);

    [Fact]
    public void All_secrets_of_a_line_are_masked_the_longest_first_and_where_they_overlap()
    {
        var mask = SecretMask.Of(["token", "token-of-all", "all-that", "xyz"]);

        Assert.Equal("a *** b *** c *** xyz", mask.Apply("a token b token-of-all-that c token xyz"));
    }

    [Fact]
    public void A_text_without_secrets_stays_the_same_object()
    {
        const string text = "nothing to hide";

        Assert.Same(text, SecretMask.Of(["s3cret"]).Apply(text));
        Assert.Same(text, SecretMask.None.Apply(text));
    }

    [Fact]
    public void Every_line_of_a_secret_of_several_lines_is_masked_but_short_ones()
    {
        var mask = SecretMask.Of(["-----BEGIN KEY-----\nMIIEvQIBADANBg\n}\n-----END KEY-----"]);

        Assert.Equal(["***", "***", "}"], new[] { "-----BEGIN KEY-----", "MIIEvQIBADANBg", "}" }.Select(mask.Apply));
    }

    [Fact]
    public void Nothing_of_a_secret_is_left_wherever_it_stands() =>
        Gen.Select(Gen.String[Gen.Char["ab\"/é"], 4, 8].Array[1, 4], Gen.String[Gen.Char["ab\"/é "], 0, 20], Gen.Int[0, 3]).Sample((secrets, text, which) =>
        {
            var masked = SecretMask.Of(secrets).Apply(text + secrets[which % secrets.Length] + text);

            Assert.All(secrets, secret => Assert.DoesNotContain(secret, masked, StringComparison.Ordinal));
        });
}
