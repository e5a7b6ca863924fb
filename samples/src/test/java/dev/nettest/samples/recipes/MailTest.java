package dev.nettest.samples.recipes;

import static dev.nettest.samples.recipes.Recipes.lines;
import static dev.nettest.samples.recipes.Recipes.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Fault;
import dev.nettest.FaultHandle;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.junit.NetworkExtension;
import dev.nettest.socket.NetworkSockets;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.MimeMessage;
import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Angus Mail, the implementation of Jakarta Mail, with a scripted SMTP server. */
class MailTest {

    @RegisterExtension
    final NetworkExtension networks = Recipes.virtualTime();

    private final List<String> delivered = new CopyOnWriteArrayList<>();

    private static MimeMessage mail(Session session, String text) throws MessagingException {
        MimeMessage mail = new MimeMessage(session);
        mail.setFrom("app@example.test");
        mail.setRecipients(Message.RecipientType.TO, "user@example.test");
        mail.setSubject("order");
        mail.setText(text);
        return mail;
    }

    /** An SMTP server without extensions. */
    private void smtp(Connection client) throws IOException {
        BufferedReader input = lines(client);
        send(client, "220 ready\r\n");
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            switch (line.split(" ")[0].toUpperCase(Locale.ROOT)) {
                case "DATA" -> {
                    send(client, "354 go ahead\r\n");
                    StringBuilder mail = new StringBuilder();
                    for (line = input.readLine(); !line.equals("."); line = input.readLine()) {
                        mail.append(line).append('\n');
                    }
                    delivered.add(mail.toString());
                    send(client, "250 accepted\r\n");
                }
                case "QUIT" -> send(client, "221 bye\r\n");
                default -> send(client, "250 ok\r\n");
            }
        }
    }

    // snippet: recipe-mail
    private static Session session(Network network) {
        Properties properties = new Properties();
        properties.put("mail.smtp.socketFactory", NetworkSockets.socketFactory(network)); // put, not setProperty
        properties.put("mail.smtp.executor.writetimeout", network.newExecutor());
        properties.put("mail.smtp.host", "10.0.0.25");
        properties.put("mail.smtp.localhost", "app"); // else the library asks the operating system
        properties.put("mail.smtp.timeout", "30000");
        properties.put("mail.smtp.writetimeout", "60000");
        return Session.getInstance(properties);
    }

    @Test
    void aMailWhoseAcceptanceIsLostIsDeliveredTwice(Network network) throws Exception {
        Listener server = Recipes.serve(network, "10.0.0.25:25", this::smtp);
        Session session = session(network);
        MimeMessage mail = mail(session, "a piano");

        FaultHandle lost = server.faults().write(Fault.reset().nth(6)); // the reply to the whole mail
        assertThatThrownBy(() -> Transport.send(mail))
                .isInstanceOf(MessagingException.class)
                .hasRootCauseMessage("Connection reset");
        assertThat(delivered).hasSize(1); // although the send failed
        lost.close();

        Transport.send(mail);
        assertThat(delivered).hasSize(2);
    }
    // end snippet

    // snippet: recipe-smtp-write-timeout
    @Test
    void aServerThatStopsReadingEndsTheSendAfterAMinute(Network network) throws Exception {
        Listener server = Recipes.serve(network, "10.0.0.25:25", this::smtp);
        server.receiveBufferSize(64 * 1024);
        server.faults().read(Fault.stall().afterBytes(1_000)); // in the middle of the mail
        Session session = session(network);
        MimeMessage mail = mail(session, "a piano, ".repeat(100_000)); // more than the buffers hold

        assertThatThrownBy(() -> Transport.send(mail)).isInstanceOf(MessagingException.class);

        assertThat(Duration.ofNanos(network.clock().nanoTime())).hasSeconds(60);
        assertThat(delivered).isEmpty();
    }
    // end snippet
}
