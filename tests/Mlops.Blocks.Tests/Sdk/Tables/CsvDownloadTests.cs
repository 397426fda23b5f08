using System.Net;
using System.Net.Sockets;
using System.Text;
using Mlops.Sdk;

namespace Mlops.Blocks.Tests.Sdk.Tables;

public sealed class CsvDownloadTests
{
    [Fact]
    public async Task A_file_is_read_from_an_address()
    {
        using var server = new OneAnswer("200 OK", "a,b\n1,x\n2,y\n");
        using var table = await Table.ReadCsvAsync(server.Address + "t.csv");
        Assert.Equal(2, table.RowCount);
    }

    [Fact]
    public async Task A_refusal_is_told_with_the_address()
    {
        using var server = new OneAnswer("404 Not Found", "no");
        var error = await Assert.ThrowsAsync<HttpRequestException>(() => Table.ReadCsvAsync(server.Address + "t.csv"));
        Assert.Equal($"{server.Address}t.csv answered 404 Not Found.", error.Message);
        Assert.Equal(HttpStatusCode.NotFound, error.StatusCode);
    }

    [Fact]
    public async Task A_ragged_file_is_named_by_its_address()
    {
        using var server = new OneAnswer("200 OK", "a,b\n1\n");
        var error = await Assert.ThrowsAsync<TableFormatException>(() => Table.ReadCsvAsync(server.Address + "t.csv"));
        Assert.StartsWith($"'{server.Address}t.csv' line 2 has 1 column", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_named()
    {
        string address;
        using (var server = new OneAnswer("200 OK", ""))
        {
            address = server.Address;
        }

        var error = await Assert.ThrowsAsync<HttpRequestException>(() => Table.ReadCsvAsync(address + "t.csv"));
        Assert.StartsWith($"{address}t.csv could not be reached", error.Message, StringComparison.Ordinal);
    }

    /// <summary>A web server that gives every request the same answer.</summary>
    private sealed class OneAnswer : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

        public OneAnswer(string status, string body)
        {
            _listener.Start();
            Address = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/";
            _ = ServeAsync(status, body);
        }

        public string Address { get; }

        public void Dispose() => _listener.Dispose();

        private async Task ServeAsync(string status, string body)
        {
            try
            {
                while (true)
                {
                    using var client = await _listener.AcceptTcpClientAsync();
                    await using var stream = client.GetStream();
                    Assert.True(await stream.ReadAsync(new byte[8192]) > 0);
                    await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"));
                }
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // Disposed: the test is over.
            }
        }
    }
}
